// clean: an LRU of eight hundred under keys that come back sometimes
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

class Lru {
  #entries = new Map();

  constructor(max) {
    this.max = max;
  }

  get(key) {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key, value) {
    this.#entries.set(key, value);
    if (this.#entries.size > this.max) this.#entries.delete(this.#entries.keys().next().value);
  }
}

const lru = new Lru(800);

await drive(
  (n) => {
    traffic(n);
    const key = Math.floor(random() ** 2 * 5_000);
    if (lru.get(key) === undefined) lru.set(key, { key, rows: new Array(120).fill(key) });
  },
  { perSecond: 500 },
);
