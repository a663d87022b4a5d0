// clean: much garbage in large pieces
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

await drive(
  (n) => {
    traffic(n);
    const table = Array.from({ length: 3_000 }, (_, row) => ({ row, n, text: `row ${row}` }));
    table.sort((a, b) => b.row - a.row);
    JSON.stringify(table).length;
  },
  { perSecond: 30 },
);
