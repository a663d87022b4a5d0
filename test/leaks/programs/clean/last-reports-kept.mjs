// clean: every three seconds a report, the last four of which are kept
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const reports = [];

function makeReport(n) {
  return Array.from({ length: 8_000 }, (_, row) => ({ row, sum: row * n }));
}

await drive(
  (n) => {
    traffic(n);
    if (n % 300 !== 100) return;
    reports.push(makeReport(n));
    if (reports.length > 4) reports.shift();
  },
  { perSecond: 100 },
);
