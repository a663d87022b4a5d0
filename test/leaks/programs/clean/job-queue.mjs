// clean: jobs with five at a time; results are kept for the last three hundred
// written: 2026-11-21
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

const waiting = [];
const results = new Map();
let running = 0;

async function runNext() {
  if (running >= 5 || waiting.length === 0) return;
  running += 1;
  const job = waiting.shift();
  await sleep(upTo(40));
  results.set(job.id, { id: job.id, output: job.input.map((value) => value * 2) });
  if (results.size > 300) results.delete(results.keys().next().value);
  running -= 1;
  void runNext();
}

await drive(
  (n) => {
    traffic(n);
    waiting.push({ id: n, input: new Array(100).fill(n) });
    void runNext();
  },
  { perSecond: 150 },
);
