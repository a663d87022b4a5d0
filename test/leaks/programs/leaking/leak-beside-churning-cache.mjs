// leaking: the index of a cache keeps the keys of what the cache itself evicts
// right: put, Cache.put, tagsOf
// rate: 170
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

class Cache {
  #entries = new Map();
  #byTag = new Map();

  put(key, value, tags) {
    this.#entries.set(key, value);
    for (const tag of tags) {
      const keys = this.#byTag.get(tag) ?? [];
      keys.push({ key, tag, stored: Date.now() });
      this.#byTag.set(tag, keys);
    }
    if (this.#entries.size > 3_000) this.#entries.delete(this.#entries.keys().next().value);
  }
}

const cache = new Cache();

function tagsOf(n) {
  return ['all', `shop-${n % 7}`, `kind-${n % 13}`, `day-${n % 31}`];
}

await drive(
  (n) => {
    traffic(n);
    cache.put(`product/${n}/details`, { n, text: `product ${n}`, sizes: new Array(40).fill(n) }, tagsOf(n));
  },
  { perSecond: 400 },
);
