// leaking: loaders that batch and remember are made once per user instead of once per request
// right: load, Loader.load, loaderFor, fetchProducts
// rate: 180
// written: 2026-11-21
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

class Loader {
  #remembered = new Map();
  #waiting = [];

  constructor(fetchMany) {
    this.fetchMany = fetchMany;
  }

  load(key) {
    let value = this.#remembered.get(key);
    if (value === undefined) {
      value = new Promise((resolve) => this.#waiting.push({ key, resolve }));
      this.#remembered.set(key, value);
      if (this.#waiting.length === 1) process.nextTick(() => this.#flush());
    }
    return value;
  }

  async #flush() {
    const batch = this.#waiting.splice(0);
    const rows = await this.fetchMany(batch.map(({ key }) => key));
    for (const [at, { resolve }] of batch.entries()) resolve(rows[at]);
  }
}

async function fetchProducts(ids) {
  await sleep(3);
  return ids.map((id) => ({ id, title: `product ${id}`, sizes: ['s', 'm', 'l'], ratings: new Array(25).fill(id) }));
}

const loaders = new Map();

function loaderFor(user) {
  if (!loaders.has(user)) loaders.set(user, new Loader(fetchProducts));
  return loaders.get(user);
}

await drive(
  async (n) => {
    traffic(n);
    const loader = loaderFor(`user-${n % 60}`);
    await Promise.all([loader.load(n), loader.load(n + 1_000_000), loader.load(upTo(20))]);
  },
  { perSecond: 200 },
);
