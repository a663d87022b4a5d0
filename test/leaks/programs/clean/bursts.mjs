// clean: once in seven seconds a burst of work stays for two seconds
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const working = new Set();

function burst(n) {
  const rows = Array.from({ length: 4_000 }, (_, row) => ({ n, row, text: `row ${row}` }));
  working.add(rows);
  setTimeout(() => working.delete(rows), 2_000);
}

await drive(
  (n) => {
    traffic(n);
    if (n % 1_400 === 700) burst(n);
  },
  { perSecond: 200 },
);
