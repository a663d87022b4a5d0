// leaking: a transaction leaves the table of the active ones at its commit; when a statement throws, nobody rolls it back
// right: begin, Database.begin, change, Database.change, transfer
// rate: 115
// written: 2026-11-22
class Database {
  constructor() {
    this.active = new Map();
    this.balances = new Float64Array(500).fill(100);
    this.next = 1;
  }

  begin() {
    const transaction = { id: this.next, started: Date.now(), undo: [] };
    this.next += 1;
    this.active.set(transaction.id, transaction);
    return transaction;
  }

  change(transaction, account, amount) {
    transaction.undo.push({ account, before: this.balances[account], amount, reason: `transfer ${transaction.id}` });
    if (amount > 90) throw new RangeError(`account ${account} cannot pay ${amount}`);
    this.balances[account] += amount;
  }

  commit(transaction) {
    this.active.delete(transaction.id);
    return transaction.undo.length;
  }
}

const database = new Database();
const refused = { count: 0, last: '' };

function transfer(amounts) {
  const transaction = database.begin();
  for (const { account, amount } of amounts) database.change(transaction, account, amount);
  return database.commit(transaction);
}

function handle(amounts) {
  try {
    return transfer(amounts);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refused.count += 1;
    refused.last = error.message;
    return 0;
  }
}

import('../../driver.mjs').then(({ drive, traffic, upTo }) =>
  drive(
    (n) => {
      traffic(n);
      const amounts = Array.from({ length: 18 }, () => ({ account: upTo(500), amount: upTo(20) - 10 }));
      if (upTo(5) === 0) amounts.push({ account: n % 500, amount: 95 });
      handle(amounts);
    },
    { perSecond: 220 },
  ),
);
