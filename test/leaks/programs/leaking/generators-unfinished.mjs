// leaking: cursors that are read for one page and never returned
// right: openCursor, rows, firstPage
// rate: 210
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const cursors = new Set();

function* rows(n) {
  const page = Array.from({ length: 90 }, (_, row) => n + row);
  for (const row of page) yield row;
}

function openCursor(n) {
  const cursor = rows(n);
  cursors.add(cursor);
  return cursor;
}

function firstPage(n) {
  return openCursor(n).next().value;
}

await drive((n) => {
  traffic(n);
  firstPage(n);
});
