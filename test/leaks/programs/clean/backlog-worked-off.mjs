// clean: three times as many orders come for fourteen seconds as are worked off, then none until the line is empty
// written: 2026-11-21
import { drive, run, traffic } from '../../driver.mjs';

const line = [];

function accept(n) {
  line.push({ n, order: { from: `customer ${n}`, positions: new Array(60).fill(n) } });
}

await drive(
  (n) => {
    traffic(n);
    if (run.part * run.seconds < 14) accept(n);
    if (n % 3 === 0) line.shift();
  },
  { perSecond: 300 },
);
