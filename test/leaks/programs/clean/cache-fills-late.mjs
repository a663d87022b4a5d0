// clean: a cache that is full only after half of the run
// written: 2026-11-21
import { drive, run, traffic } from '../../driver.mjs';

const max = Math.floor(run.seconds * 0.5 * 200);
const cache = new Map();

function put(key) {
  cache.set(`product/${key}`, {
    key,
    price: key / 7,
    tags: ['new', 'cheap', `shelf ${key % 50}`],
    stock: new Array(70).fill(key),
  });
  if (cache.size > max) cache.delete(cache.keys().next().value);
}

await drive((n) => {
  traffic(n);
  put(n);
});
