// leaking: a mutex whose tail is the outcome of all before: each outcome holds the one before it
// right: exclusive, Mutex.exclusive, writeLedger
// rate: 100
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

class Mutex {
  #tail = Promise.resolve();

  exclusive(work) {
    const done = this.#tail.then(work);
    this.#tail = Promise.allSettled([this.#tail, done]);
    return done;
  }
}

const ledger = new Mutex();

async function writeLedger(n) {
  await sleep(1);
  return { n, entries: Array.from({ length: 12 }, (_, at) => ({ at, amount: at * n })) };
}

await drive(
  async (n) => {
    traffic(n);
    await ledger.exclusive(() => writeLedger(n));
  },
  { perSecond: 120 },
);
