// leaking: a job runner keeps each job with its result, in case somebody asks
// right: start, Runner.start, convert
// rate: 190
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

class Runner {
  jobs = new Map();

  async start(id, work) {
    const job = { id, state: 'running', result: null };
    this.jobs.set(id, job);
    job.result = await work();
    job.state = 'done';
  }
}

const runner = new Runner();

async function convert(n) {
  await sleep(5);
  return { pages: Array.from({ length: 14 }, (_, page) => ({ page, width: n, height: n * 2 })) };
}

await drive(async (n) => {
  traffic(n);
  await runner.start(n, () => convert(n));
});
