// leaking: a lease of a database connection binds its listeners anew when it takes them off, so that they stay on the pooled connection
// right: take, Lease.take, Lease, withConnection, makeStatement
// rate: 160
// written: 2026-11-22
import { EventEmitter } from 'node:events';
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

class Connection extends EventEmitter {
  constructor(id) {
    super();
    this.id = id;
    this.setMaxListeners(0);
  }

  async query(statement) {
    await sleep(5 + upTo(20));
    this.emit('notice', `${statement.text.length} characters`);
    return Array.from({ length: 1 + upTo(10) }, (_, row) => ({ row, value: row * statement.values[0] }));
  }
}

class Pool {
  #free = Array.from({ length: 16 }, (_, id) => new Connection(id));
  #waiting = [];

  acquire() {
    if (this.#free.length > 0) return this.#free.shift();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(connection) {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(connection);
    else next(connection);
  }
}

class Lease {
  #connection;

  constructor(statement) {
    this.statement = statement;
    this.broken = null;
  }

  take(connection) {
    this.#connection = connection;
    connection.on('error', this.onError.bind(this));
    connection.on('end', this.onError.bind(this));
  }

  giveBack() {
    this.#connection.off('error', this.onError.bind(this));
    this.#connection.off('end', this.onError.bind(this));
    this.#connection = null;
  }

  onError(error) {
    this.broken = error ?? new Error(`lost at ${this.statement.text}`);
  }
}

const pool = new Pool();
const seen = new Map();

function makeStatement(n) {
  const values = Array.from({ length: 90 }, (_, at) => (at * n) % 1_009);
  return { text: `insert into readings values ($1) -- request ${n}`, values, tags: { tenant: n % 40, trace: `t-${n}` } };
}

async function withConnection(statement) {
  const lease = new Lease(statement);
  const connection = await pool.acquire();
  lease.take(connection);
  const rows = await connection.query(statement);
  lease.giveBack();
  pool.release(connection);
  return rows;
}

await drive(
  async (n) => {
    traffic(n);
    const rows = await withConnection(makeStatement(n));
    seen.set(n % 60, rows.length);
  },
  { perSecond: 140 },
);
