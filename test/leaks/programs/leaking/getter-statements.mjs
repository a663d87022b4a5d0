// leaking: the getter of an account's statement caches it under the account's version, and each booking makes a new version
// right: statement, get statement, makeLine
// rate: 160
// written: 2026-11-22
import { drive, traffic, upTo } from '../../driver.mjs';

function makeLine(booking, at) {
  return { at, amount: booking.amount, text: `${booking.kind} ${booking.reference}` };
}

class Account {
  #bookings = [];
  #statements = new Map();
  #version = 0;
  balance = 0;

  book(booking) {
    this.#bookings.push(booking);
    if (this.#bookings.length > 10) this.#bookings.shift();
    this.balance += booking.amount;
    this.#version += 1;
  }

  get statement() {
    let known = this.#statements.get(this.#version);
    if (known === undefined) {
      known = { balance: this.balance, lines: this.#bookings.map(makeLine) };
      this.#statements.set(this.#version, known);
    }
    return known;
  }
}

const accounts = Array.from({ length: 60 }, () => new Account());

function handle(n) {
  const account = accounts[upTo(accounts.length)];
  account.book({ amount: (n % 50) - 20, kind: n % 2 === 0 ? 'transfer' : 'card', reference: n });
  if (n % 4 === 0) account.book({ amount: -1, kind: 'fee', reference: n });
  return account.statement.lines.length;
}

await drive(
  (n) => {
    traffic(n);
    handle(n);
  },
  { perSecond: 130 },
);
