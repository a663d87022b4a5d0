// clean: a cache of pages with a bound of nine megabytes, reached after some thirteen seconds
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

class ByteCache {
  #entries = new Map();
  #bytes = 0;

  constructor(maxBytes) {
    this.maxBytes = maxBytes;
  }

  set(key, rows) {
    const bytes = rows.length * 8;
    this.#entries.set(key, { rows, bytes });
    this.#bytes += bytes;
    for (const [oldKey, old] of this.#entries) {
      if (this.#bytes <= this.maxBytes) break;
      this.#entries.delete(oldKey);
      this.#bytes -= old.bytes;
    }
  }

  get(key) {
    return this.#entries.get(key)?.rows;
  }
}

const pages = new ByteCache(9_000_000);

await drive(
  (n) => {
    traffic(n);
    const key = `page-${n % 4 === 0 ? upTo(n + 1) : n}`;
    if (pages.get(key) === undefined) pages.set(key, new Array(200 + upTo(800)).fill(n));
  },
  { perSecond: 180 },
);
