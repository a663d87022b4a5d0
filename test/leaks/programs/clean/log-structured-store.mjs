// clean: a log-structured store: what is written goes to a small table, which becomes a sorted segment; five segments are merged into one
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

const keys = 2_600;

class Segment {
  constructor(entries) {
    this.keys = entries.map(([key]) => key);
    this.values = entries.map(([, value]) => value);
  }

  get(key) {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return this.keys[low] === key ? this.values[low] : undefined;
  }

  *[Symbol.iterator]() {
    for (let at = 0; at < this.keys.length; at += 1) yield [this.keys[at], this.values[at]];
  }
}

const byKey = ([a], [b]) => (a < b ? -1 : 1);

class Store {
  #table = new Map();
  #segments = [];

  put(key, value) {
    this.#table.set(key, value);
    if (this.#table.size >= 500) this.#flush();
  }

  get(key) {
    let found = this.#table.get(key);
    for (let at = this.#segments.length - 1; at >= 0 && found === undefined; at -= 1) found = this.#segments[at].get(key);
    return found;
  }

  #flush() {
    this.#segments.push(new Segment([...this.#table].sort(byKey)));
    this.#table = new Map();
    if (this.#segments.length >= 5) this.#merge();
  }

  #merge() {
    const merged = new Map();
    for (const segment of this.#segments) for (const [key, value] of segment) merged.set(key, value);
    this.#segments = [new Segment([...merged].sort(byKey))];
  }
}

const store = new Store();
let hits = 0;

function valueOf(n) {
  return {
    n,
    fields: Array.from({ length: 100 }, (_, at) => (n + at) % 101),
    text: `the value that was written by request ${n}`,
  };
}

/** A crawl goes through all keys in turn, users write anywhere. */
await drive(
  (n) => {
    traffic(n);
    store.put(`key-${(n * 7) % keys}`, valueOf(n));
    store.put(`key-${upTo(keys)}`, valueOf(n));
    if (store.get(`key-${upTo(keys)}`) !== undefined) hits += 1;
  },
  { perSecond: 330 },
);
