// leaking: an import every four seconds, whose rows are all kept for a check that nobody asks for
// right: importAll, readRow
// rate: 230
// written: 2026-11-21
import { drive, every, traffic } from '../../driver.mjs';

const imported = [];

function readRow(batch, row) {
  return { batch, row, text: `row ${row} of ${batch}`, cells: new Array(90).fill(row) };
}

function importAll(batch) {
  for (let row = 0; row < 900; row += 1) imported.push(readRow(batch, row));
}

let batch = 0;
every(4_000, () => {
  batch += 1;
  importAll(batch);
});

await drive((n) => traffic(n), { perSecond: 200 });
