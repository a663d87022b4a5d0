// leaking: a call-back that cannot be delivered is tried again for ever; one host in five is gone for good
// right: deliver, schedule, notify
// rate: 50
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

async function post(host) {
  await sleep(1);
  if (host === 4) throw new Error('ECONNREFUSED');
}

function schedule(job) {
  const pause = Math.min(20_000, 500 * 2 ** job.tries);
  setTimeout(() => deliver(job), pause);
}

async function deliver(job) {
  try {
    await post(job.host);
  } catch {
    job.tries += 1;
    schedule(job);
  }
}

function notify(n) {
  const lines = Array.from({ length: 12 }, (_, line) => ({ line, price: line * n, currency: 'EUR' }));
  return deliver({ host: n % 5, tries: 0, event: { type: 'order.paid', id: n, lines } });
}

await drive(
  async (n) => {
    traffic(n);
    await notify(n);
  },
  { perSecond: 240 },
);
