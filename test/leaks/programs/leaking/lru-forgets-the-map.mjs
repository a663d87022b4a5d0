// leaking: an LRU that unlinks the oldest entry from its list but not from its map
// right: set, Lru.set, lookUp
// rate: 200
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

class Lru {
  #map = new Map();
  #order = [];

  constructor(max) {
    this.max = max;
  }

  get(key) {
    return this.#map.get(key);
  }

  set(key, value) {
    this.#map.set(key, { value, touched: this.#order.length });
    this.#order.push(key);
    if (this.#order.length > this.max) this.#order.shift();
  }
}

const lru = new Lru(500);

function lookUp(n) {
  const known = lru.get(n);
  if (known === undefined)
    lru.set(
      n,
      Array.from({ length: 110 }, (_, at) => at ^ n),
    );
  return known;
}

await drive((n) => {
  traffic(n);
  lookUp(n);
});
