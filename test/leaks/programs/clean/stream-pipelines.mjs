// clean: rows go through a pipeline of transforms and a compressor
// written: 2026-11-21
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { drive, traffic } from '../../driver.mjs';

async function send(n) {
  const rows = Array.from({ length: 40 }, (_, row) => `${row},${n},${row * n}\n`);
  let bytes = 0;
  const upper = new Transform({ transform: (chunk, _encoding, done) => done(null, String(chunk).toUpperCase()) });
  const sink = new Writable({
    write(chunk, _encoding, done) {
      bytes += chunk.length;
      done();
    },
  });
  await pipeline(Readable.from(rows), upper, createGzip(), sink);
  return bytes;
}

await drive(
  async (n) => {
    traffic(n);
    await send(n);
  },
  { perSecond: 30 },
);
