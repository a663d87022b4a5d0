// clean: large buffers from a pool of thirty
// written: 2026-11-21
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

const free = [];

async function upload(n) {
  const buffer = free.pop() ?? Buffer.alloc(100_000);
  buffer.fill(n & 255);
  await sleep(upTo(300));
  if (free.length < 30) free.push(buffer);
}

await drive(
  async (n) => {
    traffic(n);
    await upload(n);
  },
  { perSecond: 100 },
);
