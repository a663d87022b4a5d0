// leaking: a cache of weak references whose finalisation token holds the target itself
// right: put, load
// rate: 190
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const cache = new Map();
const registry = new FinalizationRegistry(({ key }) => cache.delete(key));

function load(key) {
  return { key, rows: Array.from({ length: 90 }, (_, row) => row + key) };
}

function put(key) {
  const value = load(key);
  cache.set(key, new WeakRef(value));
  registry.register(value, { key, value });
}

await drive((n) => {
  traffic(n);
  put(n);
});
