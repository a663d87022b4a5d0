// clean: a promise chain as the lock of each of twenty accounts
// written: 2026-11-21
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

class Lock {
  #tail = Promise.resolve();

  async hold(act) {
    let release;
    const before = this.#tail;
    this.#tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    try {
      return await act();
    } finally {
      release();
    }
  }
}

const accounts = Array.from({ length: 20 }, (_, id) => ({ id, lock: new Lock(), balance: 0 }));

async function book(account, booking) {
  await sleep(upTo(40));
  account.balance += booking.amount;
  if (booking.n % 9 === 0) throw new Error('refused');
  return booking.history.length;
}

await drive(async (n) => {
  traffic(n);
  const account = accounts[upTo(20)];
  const booking = { n, amount: n % 13, history: new Array(100).fill(n) };
  await account.lock.hold(() => book(account, booking)).catch(() => 0);
});
