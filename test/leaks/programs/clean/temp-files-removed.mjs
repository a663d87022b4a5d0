// clean: a temporary file per upload, removed
// written: 2026-11-21
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drive, traffic } from '../../driver.mjs';

async function receive(n) {
  const folder = await mkdtemp(join(tmpdir(), 'upload-'));
  try {
    await writeFile(join(folder, 'body'), JSON.stringify({ n, lines: new Array(200).fill(n) }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

await drive(
  async (n) => {
    traffic(n);
    await receive(n);
  },
  { perSecond: 20 },
);
