// clean: a cache of four thousand entries is full after ten seconds, then evicts the oldest
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const cache = new Map();

function put(key) {
  cache.set(key, { key, rows: new Array(100).fill(key) });
  if (cache.size > 4_000) cache.delete(cache.keys().next().value);
}

await drive(
  (n) => {
    traffic(n);
    put(n);
  },
  { perSecond: 400 },
);
