// leaking: forty kilobytes a second, next to a report generator that makes many megabytes of garbage a second
// right: noteVisitor
// rate: 45
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const visitors = new Map();

function noteVisitor(n) {
  visitors.set(`visitor-${n}`, { first: n, pages: [`/p/${n}`], hits: new Array(46).fill(1) });
}

function report(n) {
  const rows = Array.from({ length: 600 }, (_, row) => ({ row, key: `${n}-${row % 30}`, value: row * n }));
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row.key)) groups.set(row.key, []);
    groups.get(row.key).push(row.value);
  }
  return JSON.stringify([...groups]).length;
}

await drive(
  (n) => {
    traffic(n);
    report(n);
    if (n % 3 === 0) noteVisitor(n);
  },
  { perSecond: 210 },
);
