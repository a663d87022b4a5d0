// leaking: a decorator notes the time of each call of the methods it wraps, to work out percentiles from all of them
// right: measured, timed
// rate: 45
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

const samples = new Map();

function timed(prototype, name) {
  const inner = prototype[name];
  samples.set(name, []);
  prototype[name] = function measured(...given) {
    const started = performance.now();
    const result = inner.apply(this, given);
    samples.get(name).push({ started, took: performance.now() - started, given: given.length, name });
    return result;
  };
}

class Catalogue {
  #articles = Array.from({ length: 5_000 }, (_, id) => ({ id, name: `article ${id}`, price: id % 300 }));

  find(id) {
    return this.#articles[id];
  }

  between(low, high) {
    return this.#articles.filter(({ price }) => price >= low && price < high).slice(0, 20);
  }

  reprice(id, price) {
    this.#articles[id] = { ...this.#articles[id], price };
  }
}

for (const name of ['find', 'between', 'reprice']) timed(Catalogue.prototype, name);
const catalogue = new Catalogue();

await drive(
  (n) => {
    traffic(n);
    catalogue.find(upTo(5_000));
    catalogue.find(upTo(5_000));
    catalogue.reprice(upTo(5_000), n % 300);
    if (n % 4 === 0) catalogue.between(n % 200, (n % 200) + 5);
  },
  { perSecond: 140 },
);
