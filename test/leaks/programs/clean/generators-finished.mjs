// clean: cursors that are read to the end or returned
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const cursors = new Set();

function* rows(n) {
  const page = Array.from({ length: 80 }, (_, row) => n + row);
  yield* page;
}

function read(n) {
  const cursor = rows(n);
  cursors.add(cursor);
  if (n % 2 === 0) for (const row of cursor) row.toFixed(1);
  else cursor.return();
  cursors.delete(cursor);
}

await drive((n) => {
  traffic(n);
  read(n);
});
