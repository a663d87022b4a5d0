// clean: flushes every nine seconds only
// written: 2026-11-21
import { drive, every, traffic } from '../../driver.mjs';

let lines = [];
every(9_000, () => {
  lines = [];
});

await drive(
  (n) => {
    traffic(n);
    lines.push(
      JSON.stringify({
        n,
        level: 'info',
        text: `request ${n}`,
        took: n % 13,
        tags: ['a', 'b', 'c'],
        trace: `trace-${n}`.padStart(200, '0'),
      }),
    );
  },
  { perSecond: 300 },
);
