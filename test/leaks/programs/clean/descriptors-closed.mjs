// clean: files are opened, read and closed, up to thirty at a time
// written: 2026-11-21
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

const file = fileURLToPath(import.meta.url);

async function serve() {
  const handle = await open(file, 'r');
  try {
    const text = await handle.readFile('utf8');
    await sleep(upTo(600));
    return text.length;
  } finally {
    await handle.close();
  }
}

await drive(
  async (n) => {
    traffic(n);
    await serve();
  },
  { perSecond: 60 },
);
