// leaking: a subclass overrides the flush of its repository and forgets the inherited one, which empties the list of changes
// right: save, Repository.save, noteChange, Repository.noteChange, importRow
// rate: 130
// written: 2026-11-22
class Repository {
  constructor() {
    this.rows = new Map();
    this.changes = [];
  }

  noteChange(id, before, after) {
    this.changes.push({ id, before, after, fields: Object.keys(after), at: Date.now() });
  }

  save(row) {
    this.noteChange(row.id, this.rows.get(row.id), row);
    this.rows.set(row.id, row);
  }

  flush() {
    const written = this.changes.length;
    this.changes = [];
    return written;
  }
}

class ReadThroughRepository extends Repository {
  constructor() {
    super();
    this.recent = new Map();
  }

  find(id) {
    if (!this.recent.has(id)) this.recent.set(id, { ...this.rows.get(id), found: Date.now() });
    return this.recent.get(id);
  }

  flush() {
    const known = this.recent.size;
    this.recent.clear();
    return known;
  }
}

class Customers extends Repository {}

const products = new ReadThroughRepository();
const customers = new Customers();

function importRow(n) {
  const prices = [n % 11, n % 13, n % 17, n % 19];
  return { id: n % 700, name: `product ${n}`, prices, stock: n % 40, texts: { en: `text ${n}` } };
}

import('../../driver.mjs').then(({ drive, every, traffic, upTo }) => {
  every(400, () => {
    products.flush();
    customers.flush();
  });
  return drive(
    (n) => {
      traffic(n);
      products.save(importRow(n));
      products.find(upTo(700));
      customers.save({ id: n % 300, name: `customer ${n}`, orders: new Array(20).fill(n) });
    },
    { perSecond: 300 },
  );
});
