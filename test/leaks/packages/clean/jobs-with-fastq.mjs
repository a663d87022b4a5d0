// clean: jobs through fastq, four at a time
// written: 2026-11-21
import fastq from 'fastq';
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

const queue = fastq.promise(async ({ n, rows }) => {
  await sleep(upTo(30));
  return rows.length + n;
}, 4);

await drive(
  async (n) => {
    traffic(n);
    await queue.push({ n, rows: new Array(100).fill(n) });
  },
  { perSecond: 100 },
);
