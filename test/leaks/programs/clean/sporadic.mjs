// clean: mostly idle; every four seconds some work for half a second
// written: 2026-11-21
import { drive, run, traffic } from '../../driver.mjs';

let kept = null;

await drive(
  (n) => {
    if ((run.part * run.seconds) % 4 > 0.5) return;
    traffic(n);
    kept = { n, rows: Array.from({ length: 200 }, (_, row) => ({ row, of: n, before: kept?.n ?? 0 })) };
  },
  { perSecond: 300 },
);
