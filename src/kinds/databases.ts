import { Duplex } from 'node:stream';
import { CleanupPriority, defineKind } from '../core/index.ts';
import type { ResourceKind, SyncResourceKind, Verification } from '../core/index.ts';
import type { DrainOptions } from './drain.ts';
import { draining } from './drain.ts';

/** The members of a `Pool` of the package `pg` that are used. */
export interface PgPoolLike {
  readonly ended: boolean;
  readonly ending: boolean;
  readonly totalCount: number;
  end(): Promise<void>;
}

/** The members of a `Client` of the package `pg` that are used. */
export interface PgClientLike {
  end(): Promise<void>;
  /** Not documented by `pg`; read and cut where it is there. */
  readonly connection?: { readonly stream?: { readonly destroyed?: boolean; destroy?(): unknown } };
}

/** A pool or connection of the package `mysql2`, of callbacks or of promises. */
export interface MysqlLike {
  /** Called with a callback on the ones that have `promise()`. */
  end(callback?: (error: unknown) => void): unknown;
  promise?(): unknown;
  destroy?(): unknown;
}

/**
 * Pools of `pg`: waits until clients that are checked out have been given back. One that is never given back cannot be cut off from outside:
 * the release is then `timed-out` and says so. Verified by the pool's own count of connections.
 */
export function pgPoolKind(options: Readonly<DrainOptions> = {}): ResourceKind<PgPoolLike> {
  return defineKind<PgPoolLike>({
    type: 'database',
    ...draining<PgPoolLike>('pgPoolKind', options, CleanupPriority.Low, {
      // Asked twice, `pg` rejects.
      end: (pool) => (pool.ending || pool.ended ? undefined : pool.end()),
      cut: () => false,
    }),
    probe: (pool) => (pool.ended && pool.totalCount === 0 ? 'gone' : 'still-there'),
  });
}

/** Clients of `pg`: says good-bye to the server; cut off when it does not answer. Verified by the client's socket. */
export function pgClientKind(options: Readonly<DrainOptions> = {}): SyncResourceKind<PgClientLike> {
  const cut = (client: PgClientLike): boolean => {
    client.connection?.stream?.destroy?.();
    return client.connection?.stream?.destroyed === true;
  };
  return defineKind<PgClientLike>({
    type: 'database',
    ...draining<PgClientLike>('pgClientKind', options, CleanupPriority.Low, { end: (client) => client.end(), cut }),
    releaseSync: (client) => void cut(client),
    probe: (client) => destroyed(client.connection?.stream),
  });
}

function destroyed(stream: unknown): Verification {
  if (typeof stream !== 'object' || stream === null) return 'unverifiable';
  const flag: unknown = Reflect.get(stream, 'destroyed');
  return typeof flag === 'boolean' ? (flag ? 'gone' : 'still-there') : 'unverifiable';
}

async function endMysql(value: MysqlLike): Promise<void> {
  const stream = streamOf(value);
  const ended = stream === undefined || stream.destroyed ? undefined : new Promise((resolve) => stream.once('close', resolve));
  // Those of promises have no `promise()`, and ignore a callback.
  await (typeof value.promise === 'function' ? endCallback(value) : value.end());
  // It has said good-bye; the server closes the connection.
  await ended;
}

function endCallback(value: MysqlLike): Promise<void> {
  return new Promise((resolve, reject) => {
    value.end((error) => {
      if (error === null || error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('mysql2 reported a failure', { cause: error }));
    });
  });
}

/** What a pool or connection of promises wraps. */
function coreOf(value: MysqlLike): object {
  const inner: unknown = Reflect.get(value, 'pool') ?? Reflect.get(value, 'connection');
  return typeof inner === 'object' && inner !== null ? inner : value;
}

/** `mysql2` tells in public whether a connection's socket is open, of a pool it keeps a flag. */
function probeMysql(value: MysqlLike): Verification {
  const core = coreOf(value);
  const closed: unknown = Reflect.get(core, '_closed');
  if (typeof closed === 'boolean') return closed ? 'gone' : 'still-there';
  return destroyed(Reflect.get(core, 'stream'));
}

/** The socket of a connection; pools have none. */
function streamOf(value: MysqlLike): Duplex | undefined {
  const stream: unknown = Reflect.get(coreOf(value), 'stream');
  return stream instanceof Duplex ? stream : undefined;
}

/** `destroy` of a connection only ends its socket, which a silent server does not notice. Pools have neither. */
function cutMysql(value: MysqlLike): boolean {
  value.destroy?.();
  const stream = streamOf(value);
  stream?.destroy();
  return stream !== undefined;
}

/** Pools and connections of `mysql2`, of callbacks and of promises: ended with what is under way; a connection is cut off when that takes too long. */
export function mysqlKind(options: Readonly<DrainOptions> = {}): SyncResourceKind<MysqlLike> {
  return defineKind<MysqlLike>({
    type: 'database',
    ...draining<MysqlLike>('mysqlKind', options, CleanupPriority.Low, { end: endMysql, cut: cutMysql }),
    releaseSync: (value) => void cutMysql(value),
    probe: probeMysql,
  });
}

/** `pgPoolKind()` with the defaults. */
export const pgPools: ResourceKind<PgPoolLike> = pgPoolKind();
/** `pgClientKind()` with the defaults. */
export const pgClients: SyncResourceKind<PgClientLike> = pgClientKind();
/** `mysqlKind()` with the defaults. */
export const mysqlConnections: SyncResourceKind<MysqlLike> = mysqlKind();
