// Each client of a database with the real package, against the real server where it is installed.
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ResourceRegistry } from '../../src/core/index.ts';
import type { ResourceKind } from '../../src/core/index.ts';
import {
  ioredisClients,
  ioredisKind,
  mysqlConnections,
  mysqlKind,
  pgClientKind,
  pgClients,
  pgPoolKind,
  pgPools,
  redisClients,
  redisKind,
} from '../../src/kinds/index.ts';
import type { IoredisLike, MysqlLike, PgClientLike, PgPoolLike, RedisLike } from '../../src/kinds/index.ts';
import { installPackages, packageOf } from './support/packages.ts';
import { startMariadb, startPostgres, startRedis } from './support/servers.ts';
import type { RunningServer } from './support/servers.ts';

interface PgPool extends PgPoolLike {
  query(text: string): Promise<{ rows: readonly Record<string, unknown>[] }>;
  connect(): Promise<{ query(text: string): Promise<unknown>; release(): void }>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}
interface PgClient extends PgClientLike {
  connect(): Promise<void>;
  query(text: string): Promise<{ rows: readonly Record<string, unknown>[] }>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}
interface Redis extends RedisLike {
  connect(): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<string | null>;
  blPop(key: string, timeout: number): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}
interface Ioredis extends IoredisLike {
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<string | null>;
  blpop(key: string, timeout: number): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}
interface Mysql extends MysqlLike {
  query(text: string, callback: (error: unknown, rows: unknown) => void): unknown;
  promise(): MysqlPromise;
  on(event: 'error', listener: (error: Error) => void): unknown;
}
interface MysqlPromise {
  query(text: string): Promise<readonly [readonly Record<string, unknown>[]]>;
  end(): Promise<void>;
}

const drainMs = 100;
let postgres: RunningServer | undefined;
let redis: RunningServer | undefined;
let mariadb: RunningServer | undefined;

beforeAll(async () => {
  installPackages();
  [postgres, redis, mariadb] = await Promise.all([startPostgres(), startRedis(), startMariadb()]);
}, 120_000);

afterAll(async () => {
  for (const server of [postgres, redis, mariadb]) await server?.[Symbol.asyncDispose]();
});

/** The server, or undefined: then the test says that it could not run, and where the kind is held nevertheless. */
function portOf(server: RunningServer | undefined, name: string): number | undefined {
  if (server === undefined) console.warn(`could not run: ${name} is not installed`);
  return server?.port;
}

/** Released well, verified from reality, and once: a second release is the same outcome. */
async function expectGone<T>(value: T, kind: ResourceKind<T>): Promise<void> {
  const registry = new ResourceRegistry();
  const guard = registry.register(value, kind, { name: 'client' });
  expect(await registry.verify('client')).toBe('still-there');
  const outcome = await guard.release();
  expect(outcome, String(outcome.error)).toMatchObject({ result: 'released', verified: 'gone' });
  expect(await guard.release()).toBe(outcome);
  expect(registry.count()).toBe(0);
}

/** A port that accepts connections and never answers. */
async function silentServer(): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('pg', () => {
  const { Pool, Client } = lazily<{
    Pool: new (options: object) => PgPool;
    Client: new (options: object) => PgClient;
  }>('pg');
  const connection = (port: number) => ({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });

  test('a pool that was used is released, and the server has no connection of it left', async () => {
    const port = portOf(postgres, 'PostgreSQL');
    if (port === undefined) return;
    const pool = new (Pool())({ ...connection(port), max: 4 });
    await Promise.all(Array.from({ length: 4 }, () => pool.query('select 1')));
    await expectGone<PgPoolLike>(pool, pgPools);
    const observer = new (Client())(connection(port));
    await observer.connect();
    await expect
      .poll(async () => {
        const { rows } = await observer.query(
          "select count(*)::int as n from pg_stat_activity where backend_type = 'client backend'",
        );
        return rows[0]?.['n'];
      })
      .toBe(1);
    await expectGone<PgClientLike>(observer, pgClients);
  });

  test('a query under way is answered before the pool is gone', async () => {
    const port = portOf(postgres, 'PostgreSQL');
    if (port === undefined) return;
    const pool = new (Pool())(connection(port));
    const answer = pool.query("select 'late' as word from pg_sleep(0.2)");
    const guard = new ResourceRegistry().register<PgPoolLike>(pool, pgPools);
    await expect.poll(() => pool.totalCount).toBe(1);
    expect(await guard.release()).toMatchObject({ result: 'released', verified: 'gone' });
    expect((await answer).rows).toEqual([{ word: 'late' }]);
  });

  test('a client that is never given back is reported as timed out, not as released', async () => {
    const port = portOf(postgres, 'PostgreSQL');
    if (port === undefined) return;
    const pool = new (Pool())(connection(port));
    const taken = await pool.connect();
    const registry = new ResourceRegistry();
    const guard = registry.register<PgPoolLike>(pool, pgPoolKind({ drainMs: 1 }));
    expect(await guard.release()).toMatchObject({ result: 'timed-out' });
    taken.release();
    await expect.poll(() => registry.count()).toBe(0);
    expect(guard.state).toBe('released');
  });

  test('a pool that was never connected, and one that was ended before', async () => {
    const pool = new (Pool())(connection(await closedPort()));
    await expect(pool.query('select 1')).rejects.toThrow(/ECONNREFUSED/);
    await expectGone<PgPoolLike>(pool, pgPools);
    const guard = new ResourceRegistry().register<PgPoolLike>(pool, pgPools);
    expect(await guard.release()).toMatchObject({ result: 'released', verified: 'gone' });
  });

  test('a client whose server does not answer is cut off', async () => {
    const client = new (Client())(connection(await silentServer()));
    client.on('error', () => undefined);
    // Ended while it connects, `pg` never settles this promise.
    void client.connect().catch(() => undefined);
    const guard = new ResourceRegistry().register<PgClientLike>(client, pgClientKind({ drainMs }));
    await expect.poll(() => client.connection?.stream?.destroyed).toBe(false);
    expect(await guard.release()).toMatchObject({ result: 'released', verified: 'gone' });
  });
});

describe('redis', () => {
  const { createClient } = lazily<{ createClient: (options: object) => Redis }>('redis');
  const made = (port: number, socket: object = {}): Redis => {
    const client = createClient()({ socket: { host: '127.0.0.1', port, ...socket } });
    client.on('error', () => undefined);
    return client;
  };

  test('commands under way are answered, then it is closed', async () => {
    const port = portOf(redis, 'Redis');
    if (port === undefined) return;
    const client = made(port);
    await client.connect();
    const written = client.set('key', 'value');
    await expectGone<RedisLike>(client, redisClients);
    expect(await written).toBe('OK');
  });

  test('a command that waits for ever is cut off', async () => {
    const port = portOf(redis, 'Redis');
    if (port === undefined) return;
    const client = made(port);
    await client.connect();
    const waiting = client.blPop('nothing', 0).catch((error: unknown) => error);
    await expectGone<RedisLike>(client, redisKind({ drainMs }));
    expect(await waiting).toBeInstanceOf(Error);
  });

  test('a client that was never connected is gone already', async () => {
    const guard = new ResourceRegistry().register<RedisLike>(made(await closedPort()), redisClients);
    expect(await guard.release()).toMatchObject({ result: 'released', verified: 'gone' });
  });

  test('a client that tries in vain to connect stops trying', async () => {
    const client = made(await closedPort());
    const connecting = client.connect().catch((error: unknown) => error);
    await expect.poll(() => client.isOpen).toBe(true);
    await expectGone<RedisLike>(client, redisKind({ drainMs }));
    await connecting;
  });
});

describe('ioredis', () => {
  const { Redis: Client } = lazily<{ Redis: new (options: object) => Ioredis }>('ioredis');
  const made = (port: number, options: object = {}): Ioredis => {
    const client = new (Client())({ host: '127.0.0.1', port, ...options });
    client.on('error', () => undefined);
    return client;
  };

  test('commands under way are answered, then it quits', async () => {
    const port = portOf(redis, 'Redis');
    if (port === undefined) return;
    const client = made(port);
    await client.get('key');
    const written = client.set('key', 'value');
    await expectGone<IoredisLike>(client, ioredisClients);
    expect(await written).toBe('OK');
  });

  test('a command that waits for ever is cut off', async () => {
    const port = portOf(redis, 'Redis');
    if (port === undefined) return;
    const client = made(port);
    await client.get('key');
    const waiting = client.blpop('nothing', 0).catch((error: unknown) => error);
    await expectGone<IoredisLike>(client, ioredisKind({ drainMs }));
    expect(await waiting).toBeInstanceOf(Error);
  });

  test('a client that reconnects for ever is disconnected', async () => {
    const client = made(await closedPort());
    await expect.poll(() => client.status).toBe('reconnecting');
    await expectGone<IoredisLike>(client, ioredisClients);
  });

  test('a client whose server does not answer is cut off', async () => {
    const client = made(await silentServer());
    await expect.poll(() => client.status).toBe('connect');
    await expectGone<IoredisLike>(client, ioredisKind({ drainMs }));
  });

  test('a client that waits for its first command is disconnected', async () => {
    await expectGone<IoredisLike>(made(await closedPort(), { lazyConnect: true }), ioredisClients);
  });
});

describe('mysql2', () => {
  const { createPool, createConnection } = lazily<{
    createPool: (options: object) => Mysql;
    createConnection: (options: object) => Mysql;
  }>('mysql2');
  const connection = (port: number) => ({ host: '127.0.0.1', port, user: 'root' });

  test('a pool of promises that was used is released, and so is one of callbacks', async () => {
    const port = portOf(mariadb, 'MariaDB');
    if (port === undefined) return;
    const pool = createPool()(connection(port)).promise();
    const [rows] = await pool.query('select 1 as one');
    expect(rows).toEqual([{ one: 1 }]);
    await expectGone<MysqlLike>(pool, mysqlConnections);
    const plain = createPool()(connection(port));
    await new Promise((resolve) => plain.query('select 1', resolve));
    await expectGone<MysqlLike>(plain, mysqlConnections);
  });

  test('a connection ends with its query, or is cut off', async () => {
    const port = portOf(mariadb, 'MariaDB');
    if (port === undefined) return;
    const short = createConnection()(connection(port));
    const answer = new Promise((resolve, reject) =>
      short.query('select sleep(0.1)', (error, rows) => (error ? reject(error) : resolve(rows))),
    );
    await expectGone<MysqlLike>(short, mysqlConnections);
    expect(await answer).toHaveLength(1);
    const long = createConnection()(connection(port));
    long.on('error', () => undefined);
    long.query('select sleep(60)', () => undefined);
    await expectGone<MysqlLike>(long, mysqlKind({ drainMs }));
  });

  test('a pool that was never connected, of both sorts', async () => {
    await expectGone<MysqlLike>(createPool()(connection(await closedPort())), mysqlConnections);
    const pool = createPool()(connection(await closedPort())).promise();
    await expect(pool.query('select 1')).rejects.toThrow(/ECONNREFUSED/);
    await expectGone<MysqlLike>(pool, mysqlConnections);
  });

  test('a connection whose server does not answer is cut off', async () => {
    const client = createConnection()({ ...connection(await silentServer()), connectTimeout: 60_000 });
    client.on('error', () => undefined);
    await expectGone<MysqlLike>(client, mysqlKind({ drainMs }));
  });
});

/** The members of a package, read when a test asks: it may have to be installed first. */
function lazily<T extends object>(name: string): { readonly [K in keyof T]: () => T[K] } {
  // Every member is answered by a function that reads it.
  return new Proxy({} as { readonly [K in keyof T]: () => T[K] }, {
    get: (_target, key) => () => Reflect.get(packageOf(name) as T, key) as unknown,
  });
}
