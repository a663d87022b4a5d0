// leaking: results are cached under a key that never comes again
// right: lookUp, compute
// rate: 120
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const cache = new Map();

function compute(key) {
  return { key, values: key.split('').map((letter) => letter.charCodeAt(0) / 3), at: Date.now() };
}

function lookUp(key) {
  let found = cache.get(key);
  if (found === undefined) {
    found = compute(key);
    cache.set(key, found);
  }
  return found;
}

await drive((n) => {
  traffic(n);
  lookUp(`/reports/${n}/from/2020-01-01/to/2020-12-31`);
});
