// clean: visitors get more until the middle of the run and fewer after it; what is held for them goes along
// written: 2026-11-21
import { drive, random, run, traffic } from '../../driver.mjs';

const visitors = new Set();

function arrive(n) {
  const visitor = { n, cart: [], seen: Array.from({ length: 110 }, (_, at) => at + n) };
  visitors.add(visitor);
  setTimeout(() => visitors.delete(visitor), 2_500 + random() * 2_000);
}

await drive(
  (n) => {
    traffic(n);
    const height = Math.sin(Math.PI * Math.min(1, run.part * 1.1));
    if (random() < 0.05 + 0.9 * height) arrive(n);
  },
  { perSecond: 320 },
);
