// clean: keys come by popularity; new ones get rarer, and there are three thousand in all
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

const cache = new Map();

function lookUp(key) {
  if (!cache.has(key)) cache.set(key, { key, rows: new Array(90).fill(key) });
  return cache.get(key).rows[0];
}

await drive(
  (n) => {
    traffic(n);
    lookUp(Math.floor(3_000 * random() ** 1.4));
  },
  { perSecond: 600 },
);
