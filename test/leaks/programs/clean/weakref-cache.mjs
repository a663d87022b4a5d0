// clean: values behind weak references; a FinalizationRegistry takes out the keys
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const cache = new Map();
const registry = new FinalizationRegistry((key) => {
  if (cache.get(key)?.deref() === undefined) cache.delete(key);
});

function load(key) {
  const known = cache.get(key)?.deref();
  if (known !== undefined) return known;
  const value = { key, rows: new Array(110).fill(key) };
  cache.set(key, new WeakRef(value));
  registry.register(value, key);
  return value;
}

await drive(
  (n) => {
    traffic(n);
    load(n);
    load(Math.max(0, n - 20));
  },
  { perSecond: 250 },
);
