// clean: loads its tables during the first ten seconds, then only reads them
// written: 2026-11-21
import { drive, run, traffic, upTo } from '../../driver.mjs';

const tables = [];

function loadTable(id) {
  return Array.from({ length: 300 }, (_, row) => ({ id, row, text: `row ${row} of ${id}` }));
}

await drive((n) => {
  traffic(n);
  if (run.part * run.seconds < 10) {
    if (n % 10 === 0) tables.push(loadTable(n));
  } else {
    tables[upTo(tables.length)][upTo(300)].text.includes('7');
  }
});
