// clean: jobs that are added to a scheduler and removed again
// written: 2026-11-21
import { AsyncTask, SimpleIntervalJob, ToadScheduler } from 'toad-scheduler';
import { drive, sleep, traffic } from '../../driver.mjs';

const scheduler = new ToadScheduler();

await drive(
  async (n) => {
    traffic(n);
    const job = new SimpleIntervalJob({ seconds: 30 }, new AsyncTask('poll', async () => n), { id: `job-${n}` });
    scheduler.addSimpleIntervalJob(job);
    await sleep(200);
    scheduler.removeById(`job-${n}`);
  },
  { perSecond: 40 },
);
