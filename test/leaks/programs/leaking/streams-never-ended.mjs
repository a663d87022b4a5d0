// leaking: answers are written to streams that nobody reads and nobody ends
// right: answer
// rate: 80
// written: 2026-11-21
import { PassThrough } from 'node:stream';
import { drive, traffic } from '../../driver.mjs';

const clients = new Map();

function answer(n) {
  const stream = new PassThrough({ objectMode: true });
  stream.write({ n, rows: new Array(60).fill(n) });
  clients.set(n, stream);
}

await drive(
  (n) => {
    traffic(n);
    answer(n);
  },
  { perSecond: 60 },
);
