// clean: collects two thousand rows and flushes them
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

let batch = [];
let flushed = 0;

function add(n) {
  batch.push({ n, values: new Array(100).fill(n) });
  if (batch.length < 2_000) return;
  flushed += batch.length;
  batch = [];
}

await drive(
  (n) => {
    traffic(n);
    add(n);
  },
  { perSecond: 400 },
);
