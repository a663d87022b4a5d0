// leaking: a compressor per client, never closed: its state lives outside the heap
// right: join
// class: native
// rate: 1090
// written: 2026-11-21
import { createDeflate } from 'node:zlib';
import { drive, traffic } from '../../driver.mjs';

const clients = new Map();

function join(n) {
  const deflate = createDeflate();
  deflate.on('data', () => {});
  deflate.write(`hello ${n}`);
  clients.set(n, deflate);
}

await drive(
  (n) => {
    traffic(n);
    if (n % 10 === 0) join(n);
  },
  { perSecond: 50 },
);
