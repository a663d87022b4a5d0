// leaking: an lru-cache with a time to live of a day and no other bound
// right: lookUp
// from: lru-cache
// rate: 190
// written: 2026-11-21
import { LRUCache } from 'lru-cache';
import { drive, traffic } from '../../driver.mjs';

process.removeAllListeners('warning');
process.on('warning', () => {});
const cache = new LRUCache({ ttl: 86_400_000, ttlAutopurge: false, maxSize: 1e12, sizeCalculation: () => 1 });

function lookUp(n) {
  const key = `product/${n}`;
  if (!cache.has(key)) cache.set(key, { n, rows: Array.from({ length: 100 }, (_, row) => row * n) });
  return cache.get(key);
}

await drive((n) => {
  traffic(n);
  lookUp(n);
});
