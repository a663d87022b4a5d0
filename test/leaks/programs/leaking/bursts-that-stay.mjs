// leaking: once in five seconds a batch arrives, and what it brings is never let go
// right: importBatch, importRow
// rate: 190
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const rows = [];

function importRow(batch, row) {
  rows.push({ batch, row, cells: new Array(100).fill(row) });
}

function importBatch(batch) {
  for (let row = 0; row < 1_000; row += 1) importRow(batch, row);
}

await drive(
  (n) => {
    traffic(n);
    if (n % 500 === 250) importBatch(n);
  },
  { perSecond: 100 },
);
