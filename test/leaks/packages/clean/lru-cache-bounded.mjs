// clean: an lru-cache of two thousand that is full after a third of the run
// written: 2026-11-21
import { LRUCache } from 'lru-cache';
import { drive, traffic } from '../../driver.mjs';

const cache = new LRUCache({ max: 2_000, ttl: 20_000 });

await drive((n) => {
  traffic(n);
  const key = `product/${n}`;
  if (!cache.has(key)) cache.set(key, { n, rows: Array.from({ length: 100 }, (_, row) => row * n) });
});
