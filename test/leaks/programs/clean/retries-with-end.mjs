// clean: failed jobs are tried three times with growing pauses, then given up
// written: 2026-11-21
import { drive, random, sleep, traffic } from '../../driver.mjs';

async function job(n) {
  const input = { n, rows: new Array(120).fill(n) };
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    if (random() < 0.6) return input.rows.length;
    await sleep(attempt * 500);
  }
  return null;
}

await drive(async (n) => {
  traffic(n);
  await job(n);
});
