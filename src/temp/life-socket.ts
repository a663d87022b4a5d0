import { createHash } from 'node:crypto';
import { lstatSync, renameSync } from 'node:fs';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ResourceRegistry, defineKind } from '../core/index.ts';
import { fitsSocket } from '../kernel/socket-path.ts';
import { socketFolders } from './places.ts';

/** A listening socket: as long as the process lives it answers with the nonce, and the kernel refuses from the moment it is dead. */
export interface LifeSocket {
  /** Where it stands, absolute. */
  readonly path: string;
  /** As the owner file names it. */
  readonly pointer: string;
  close(): void;
}

const ownName = 's';

const serverKind = defineKind<Server>({ type: 'server', release: close, releaseSync: close, stack: 'off' });

function close(server: Server): void {
  server.close();
}

/** Not the default one: that the process has a proof of life is no business of whoever counts what a program holds. */
let internals: ResourceRegistry | undefined;

/** A row, so that reports of a watched program know whose the socket is. */
function owned(server: Server): Disposable {
  internals ??= new ResourceRegistry({ name: 'temporary files' });
  return internals.register(server, serverKind);
}

function* candidates(root: string, nonce: string): Iterable<{ readonly path: string; readonly pointer: string }> {
  yield { path: join(root, ownName), pointer: ownName };
  const name = `wt-${createHash('sha256').update(`${root} ${nonce}`).digest('hex').slice(0, 16)}`;
  for (const folder of socketFolders()) yield { path: join(folder, name), pointer: join(folder, name) };
}

/** Listens at the first place that is short enough and can hold a socket; undefined where none can. */
export function listenForLife(root: string, nonce: string): LifeSocket | undefined {
  if (process.platform === 'win32') return undefined;
  for (const { path, pointer } of candidates(root, nonce)) {
    const server = fitsSocket(`${path}~`) ? listenAt(path, nonce) : undefined;
    if (server === undefined) continue;
    const row = owned(server);
    return { path, pointer, close: () => row[Symbol.dispose]() };
  }
  return undefined;
}

/**
 * The name that Node knows is not the one that others ask: when a thread is terminated Node removes what it knows, and without a
 * socket nobody could prove the owner dead.
 */
function listenAt(path: string, nonce: string): Server | undefined {
  const server = createServer((connection) => {
    connection.on('error', () => connection.destroy());
    connection.unref();
    connection.end(nonce);
  });
  server.on('error', () => server.close());
  const known = `${path}~`;
  try {
    // Exclusive: a worker of a cluster must not share the handle of its primary, and so listens before the call returns.
    server.listen({ path: known, exclusive: true });
    server.unref();
    if (!server.listening || lstatSync(known, { throwIfNoEntry: false })?.isSocket() !== true) return undefined;
    renameSync(known, path);
    return server;
  } catch {
    server.close();
    return undefined;
  }
}
