// leaking: ids of handled messages are remembered for ever, to drop repetitions
// right: isNew, handle
// rate: 130
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

const seen = new Set();

function isNew(id) {
  if (seen.has(id)) return false;
  seen.add(id);
  return true;
}

function handle(n) {
  const id = ['message', n, random().toString(36), random().toString(36)].join(':');
  return isNew(id);
}

await drive(
  (n) => {
    if (n % 6 === 0) traffic(n);
    handle(n);
  },
  { perSecond: 1_500 },
);
