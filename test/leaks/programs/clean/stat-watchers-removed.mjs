// clean: the files of open documents are watched by their times until the document is closed
// written: 2026-11-21
import { unwatchFile, watchFile } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

let watched = 0;

async function editDocument(id) {
  const file = join(tmpdir(), `document-of-nobody-${id}.txt`);
  const document = { id, lines: new Array(60).fill(`line of ${id}`) };
  const changed = () => document.lines.splice(0);
  watchFile(file, { interval: 60_000, persistent: false }, changed);
  watched += 1;
  await sleep(300 + upTo(1_500));
  unwatchFile(file, changed);
  watched -= 1;
}

await drive(
  async (n) => {
    traffic(n);
    if (n % 8 === 0) await editDocument(n);
  },
  { perSecond: 100, count: () => watched },
);
