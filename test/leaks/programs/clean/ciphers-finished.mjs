// clean: files are enciphered and hashed through streams that come to their end
// written: 2026-11-21
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { drive, traffic } from '../../driver.mjs';

const key = randomBytes(32);

async function encipher(n) {
  const iv = randomBytes(16);
  const hash = createHash('sha256');
  const parts = Array.from({ length: 8 }, (_, part) => Buffer.alloc(4_096, `${n}/${part}`));
  await pipeline(Readable.from(parts), createCipheriv('aes-256-cbc', key, iv), hash);
  return { iv, digest: hash.digest('hex') };
}

await drive(
  async (n) => {
    traffic(n);
    await encipher(n);
  },
  { perSecond: 60 },
);
