// clean: a sorted index that gains and loses one entry at a time
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

const index = [];

function place(key) {
  let low = 0;
  let high = index.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (index[middle].key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

await drive(
  (n) => {
    traffic(n);
    const key = random();
    index.splice(place(key), 0, { key, n, row: new Array(60).fill(n) });
    if (index.length > 1_500) index.splice(place(random()), 1);
    if (index.length > 1_600) index.pop();
  },
  { perSecond: 350 },
);
