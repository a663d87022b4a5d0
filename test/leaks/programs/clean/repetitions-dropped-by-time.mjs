// clean: ids of messages are remembered for four seconds, in buckets of one second
// written: 2026-11-21
import { drive, every, traffic } from '../../driver.mjs';

let buckets = [new Set(), new Set(), new Set(), new Set()];

every(1_000, () => {
  buckets = [new Set(), ...buckets.slice(0, 3)];
});

function isNew(id) {
  if (buckets.some((bucket) => bucket.has(id))) return false;
  buckets[0].add(id);
  return true;
}

await drive(
  (n) => {
    if (n % 4 === 0) traffic(n);
    isNew(`message-${n}-from-${n % 77}-${'x'.repeat(n % 60)}`);
  },
  { perSecond: 1_200 },
);
