import { Duplex } from 'node:stream';
import { CleanupPriority, defineKind } from '../core/index.ts';
import type { SyncResourceKind, Verification } from '../core/index.ts';
import type { DrainOptions } from './drain.ts';
import { draining } from './drain.ts';

/** The members of a client of the package `redis` that are used: from 5 on `close` and `destroy`, in 4 `quit` and `disconnect`. */
export interface RedisLike {
  readonly isOpen: boolean;
  close?(): unknown;
  destroy?(): unknown;
  quit?(): unknown;
  disconnect?(): unknown;
}

/** The members of a client of the package `ioredis` (or `iovalkey`) that are used. */
export interface IoredisLike {
  /** `ready`, `connecting`, `reconnecting`, `wait`, `end` and others. */
  readonly status: string;
  quit(): Promise<unknown>;
  disconnect(): unknown;
  once(event: 'end', listener: () => void): unknown;
}

/** Asked through the member that the version has. A client that is closed already throws on each of them. */
function endRedis(client: RedisLike): unknown {
  if (!client.isOpen) return undefined;
  return client.close === undefined ? client.quit?.() : client.close();
}

/** Also while it is closing: it calls itself closed then, and its socket is still there. */
async function cutRedis(client: RedisLike): Promise<boolean> {
  try {
    await (client.destroy === undefined ? client.disconnect?.() : client.destroy());
  } catch (error) {
    // One that was closed before says so by throwing.
    if (client.isOpen) throw error;
  }
  return true;
}

/** Clients of `redis` (4 to 6): commands under way are answered, then it is closed; cut off after `drainMs`. Verified by `isOpen`. */
export function redisKind(options: Readonly<DrainOptions> = {}): SyncResourceKind<RedisLike> {
  return defineKind<RedisLike>({
    type: 'database',
    ...draining<RedisLike>('redisKind', options, CleanupPriority.Low, { end: endRedis, cut: cutRedis }),
    releaseSync: (client) => void cutRedis(client).catch(() => undefined),
    probe: (client) => (client.isOpen ? 'still-there' : 'gone'),
  });
}

/** `quit` of a client without a connection waits for one, perhaps for ever: such a client is disconnected. */
async function endIoredis(client: IoredisLike): Promise<void> {
  if (client.status === 'end') return;
  // Between two attempts to connect it only clears its timer, and says nothing.
  if (client.status === 'wait' || client.status === 'reconnecting') return void client.disconnect();
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  if (client.status === 'ready') await client.quit();
  else client.disconnect();
  await ended;
}

/** `disconnect` waits for the server to close, too: the socket is destroyed where it is there. The client says `end` then. */
function cutIoredis(client: IoredisLike): false {
  if (client.status !== 'end') client.disconnect();
  const stream: unknown = Reflect.get(client, 'stream');
  if (stream instanceof Duplex) stream.destroy();
  return false;
}

function probeIoredis(client: IoredisLike): Verification {
  if (client.status === 'end') return 'gone';
  const waits = client.status === 'reconnecting' && Reflect.get(client, 'reconnectTimeout') === null;
  return waits ? 'gone' : 'still-there';
}

/** Clients of `ioredis`: commands under way are answered, then it quits; disconnected at once when it has no connection, or after `drainMs`. Verified by `status`. */
export function ioredisKind(options: Readonly<DrainOptions> = {}): SyncResourceKind<IoredisLike> {
  return defineKind<IoredisLike>({
    type: 'database',
    ...draining<IoredisLike>('ioredisKind', options, CleanupPriority.Low, { end: endIoredis, cut: cutIoredis }),
    releaseSync: (client) => void cutIoredis(client),
    probe: probeIoredis,
  });
}

/** `redisKind()` with the defaults. */
export const redisClients: SyncResourceKind<RedisLike> = redisKind();
/** `ioredisKind()` with the defaults. */
export const ioredisClients: SyncResourceKind<IoredisLike> = ioredisKind();
