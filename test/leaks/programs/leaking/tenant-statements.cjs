// leaking: each tenant's connection caches its prepared statements by their text, into which values are written
// right: prepare, Connection.prepare, compile, ordersOf
// rate: 230
// written: 2026-11-21
class Connection {
  constructor(tenant) {
    this.tenant = tenant;
    this.statements = Object.create(null);
  }

  prepare(text) {
    this.statements[text] ??= this.compile(text);
    return this.statements[text];
  }

  compile(text) {
    const tokens = text.split(/\s+/).map((word, at) => ({ word, at, isKeyword: word === word.toUpperCase() }));
    return { text, tokens, run: () => tokens.length };
  }
}

const connections = new Map();

function connectionOf(tenant) {
  if (!connections.has(tenant)) connections.set(tenant, new Connection(tenant));
  return connections.get(tenant);
}

function ordersOf(tenant, customer) {
  return connectionOf(tenant)
    .prepare(`SELECT id, total FROM orders WHERE customer = ${customer} AND total > 10 ORDER BY id`)
    .run();
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      ordersOf(`tenant-${n % 20}`, n);
    },
    { perSecond: 150 },
  ),
);
