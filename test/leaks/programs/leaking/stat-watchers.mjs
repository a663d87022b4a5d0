// leaking: the file of each order is watched by its times, and no watching ends
// right: watchOrder
// class: counter
// rate: 18
// written: 2026-11-21
import { watchFile } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drive, traffic } from '../../driver.mjs';

let watched = 0;

function watchOrder(id, changed) {
  const file = join(tmpdir(), `order-of-nobody-${id}.json`);
  watchFile(file, { interval: 60_000 }, changed);
  watched += 1;
}

await drive(
  (n) => {
    traffic(n);
    if (n % 4 === 0) watchOrder(n, () => traffic(n));
  },
  { perSecond: 100, count: () => watched },
);
