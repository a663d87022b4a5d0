// leaking: jobs that are added to toad-scheduler 4.1.0 and removed again; its engine keeps them all the same
// right: plan, add, addSimpleIntervalJob, constructor, SimpleIntervalJob, AsyncTask
// from: toad-scheduler
// rate: 110
// written: 2026-11-21
import { AsyncTask, SimpleIntervalJob, ToadScheduler } from 'toad-scheduler';
import { drive, sleep, traffic } from '../../driver.mjs';

const scheduler = new ToadScheduler();

async function plan(n) {
  const job = new SimpleIntervalJob({ seconds: 30 }, new AsyncTask('poll', async () => n), { id: `job-${n}` });
  scheduler.addSimpleIntervalJob(job);
  await sleep(200);
  scheduler.removeById(`job-${n}`);
}

await drive(
  async (n) => {
    traffic(n);
    await plan(n);
  },
  { perSecond: 300 },
);
