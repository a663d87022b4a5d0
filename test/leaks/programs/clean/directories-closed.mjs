// clean: directories are read with handles that close, also when only the first page is wanted
// written: 2026-11-21
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, opendir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pages-'));
for (let at = 0; at < 30; at += 1) writeFileSync(join(folder, `${at}.txt`), `text ${at} `.repeat(100));

async function firstPage() {
  const names = [];
  for await (const { name } of await opendir(folder)) {
    names.push(name);
    if (names.length === 6) break;
  }
  return names;
}

async function firstBytes(name) {
  const handle = await open(join(folder, name));
  try {
    await sleep(upTo(200));
    const { buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString();
  } finally {
    await handle.close();
  }
}

await drive(
  async (n) => {
    traffic(n);
    const names = await firstPage();
    await Promise.all(names.slice(0, 3).map(firstBytes));
  },
  { perSecond: 30, end: () => rmSync(folder, { recursive: true, force: true }) },
);
