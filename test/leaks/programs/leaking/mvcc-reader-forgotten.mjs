// leaking: a store of row versions is vacuumed up to its oldest reader; the reader of the first report, which failed, is never closed
// right: write, Table.write, transfer, Version
// rate: 280
// written: 2026-11-22
import { drive, every, traffic, upTo } from '../../driver.mjs';

class Version {
  constructor(row, at, older) {
    this.row = row;
    this.at = at;
    this.older = older;
  }
}

class Table {
  #heads = new Map();

  write(key, row, at) {
    this.#heads.set(key, new Version(row, at, this.#heads.get(key) ?? null));
  }

  read(key, at) {
    let version = this.#heads.get(key) ?? null;
    while (version !== null && version.at > at) version = version.older;
    return version?.row;
  }

  *scan(at) {
    for (const key of this.#heads.keys()) {
      const row = this.read(key, at);
      if (row !== undefined) yield row;
    }
  }

  vacuum(horizon) {
    for (const head of this.#heads.values()) {
      let version = head;
      while (version.older !== null && version.at > horizon) version = version.older;
      version.older = null;
    }
  }
}

const accounts = new Table();
const readers = new Set();
let clock = 0;

function report(name) {
  const reader = { name, at: clock };
  readers.add(reader);
  const rows = [...accounts.scan(reader.at)];
  if (rows.length === 0) throw new Error(`${name}: no rows`);
  const sum = rows.reduce((total, row) => total + row.balance, 0);
  readers.delete(reader);
  return sum / rows.length;
}

function transfer(from, to, amount) {
  clock += 1;
  for (const [key, change] of [
    [from, -amount],
    [to, amount],
  ]) {
    const before = accounts.read(key, clock) ?? { balance: 1_000, last: [] };
    const last = [...before.last.slice(-30), { at: clock, change, text: `transfer ${from} ${to}` }];
    accounts.write(key, { ...before, key, balance: before.balance + change, last }, clock);
  }
}

every(500, () => accounts.vacuum(Math.min(clock, ...[...readers].map(({ at }) => at))));
every(700, () => report('balances'));
try {
  report('opening');
} catch {
  // There is nothing to report on yet.
}

await drive(
  (n) => {
    traffic(n);
    transfer(`account ${upTo(300)}`, `account ${upTo(300)}`, upTo(50));
  },
  { perSecond: 180 },
);
