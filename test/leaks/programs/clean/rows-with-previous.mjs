// clean: a table of forty thousand rows is renewed row by row, some six thousand a second; each row holds only the one before
// written: 2026-11-22
import { drive, traffic } from '../../driver.mjs';

const table = new Map();

function makeRow(id, revision) {
  return { id, revision, name: `article ${id} in revision ${revision}`, prices: [id % 90, revision % 90], previous: null };
}

function renew(id, revision) {
  const before = table.get(id);
  const row = makeRow(id, revision);
  before.previous = null;
  row.previous = before;
  table.set(id, row);
  return row.prices[0] - before.prices[0];
}

for (let id = 0; id < 40_000; id += 1) table.set(id, makeRow(id, 0));
let cursor = 0;

await drive(
  (n) => {
    traffic(n);
    for (let turn = 0; turn < 25; turn += 1) {
      renew(cursor % 40_000, 1 + Math.floor(cursor / 40_000));
      cursor += 1;
    }
  },
  { perSecond: 250 },
);
