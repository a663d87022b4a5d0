// clean: compressors, ended and drained
// written: 2026-11-21
import { gunzip, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { drive, traffic } from '../../driver.mjs';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

await drive(
  async (n) => {
    traffic(n);
    const packed = await pack(JSON.stringify({ n, rows: new Array(400).fill(n) }));
    await unpack(packed);
  },
  { perSecond: 50 },
);
