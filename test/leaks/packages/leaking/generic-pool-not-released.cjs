// leaking: orders that fail do not give their connection back to generic-pool; soon it has none left, and all later orders wait for one
// right: store, handle, parseOrder, withConnection
// rate: 490
// written: 2026-11-22
const { createPool } = require('generic-pool');

let made = 0;
const pool = createPool(
  {
    create: async () => {
      made += 1;
      return { id: made, statements: 0, buffer: Buffer.alloc(4_096) };
    },
    destroy: async () => {},
  },
  { min: 2, max: 12 },
);

async function withConnection(act) {
  const connection = await pool.acquire();
  const result = await act(connection);
  await pool.release(connection);
  return result;
}

function parseOrder(text) {
  const order = JSON.parse(text);
  order.total = order.lines.reduce((sum, line) => sum + line.price, 0);
  return order;
}

function insert(connection, order) {
  connection.statements += 1;
  if (order.lines.length === 0) throw new RangeError(`order ${order.id} has no lines`);
  return { id: order.id, total: order.total };
}

const failures = { invalid: 0, slow: 0 };
const latest = [];

async function store(order) {
  const row = await withConnection((connection) => insert(connection, order));
  latest.push(row);
  if (latest.length > 100) latest.shift();
}

async function handle(text) {
  const order = parseOrder(text);
  const limit = setTimeout(() => {
    failures.slow += 1;
  }, 2_000);
  try {
    await store(order);
  } catch {
    failures.invalid += 1;
  } finally {
    clearTimeout(limit);
  }
}

import('../../driver.mjs').then(({ drive, traffic, upTo }) =>
  drive(
    (n) => {
      traffic(n);
      const lines = Array.from({ length: upTo(12) }, (_, at) => ({ at, article: `article ${upTo(400)}`, price: upTo(90) }));
      handle(JSON.stringify({ id: n, lines, note: `order ${n} of customer ${upTo(5_000)}` })).catch(() => {});
    },
    { perSecond: 160 },
  ),
);
