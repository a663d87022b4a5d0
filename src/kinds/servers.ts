import { CleanupPriority, defineKind } from '../core/index.ts';
import type { SyncResourceKind } from '../core/index.ts';
import type { DrainOptions } from './drain.ts';
import { draining } from './drain.ts';

/** The members of a `net.Server` (TCP or a path) that are used; `tls`, `http`, `https` and `http2` servers have them, too. */
export interface ServerLike {
  readonly listening: boolean;
  close(callback?: (error?: Error) => void): unknown;
}

/** The further members of an `http` or `https` server. */
export interface HttpServerLike extends ServerLike {
  closeIdleConnections(): void;
  closeAllConnections(): void;
}

interface Connection {
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

const connections: WeakMap<object, Set<Connection>> = new WeakMap();

/**
 * Remembers the open connections of a server, so that `tcpServers` can cut off those that do not end: a `net.Server` does not tell them.
 * Call it before the server listens. Returns the server. Not needed for `http` and `https`.
 */
export function trackConnections<T extends ServerLike & NodeJS.EventEmitter>(server: T): T {
  if (connections.has(server)) return server;
  const open = new Set<Connection>();
  connections.set(server, open);
  server.on('connection', (socket: Connection) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return server;
}

function cutTracked(server: ServerLike): void {
  for (const socket of connections.get(server) ?? []) socket.destroy();
}

/** The server's own `close` ends once they have gone. */
function cutAll(server: ServerLike): false {
  // http2 servers have no such method.
  if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') server.closeAllConnections();
  cutTracked(server);
  return false;
}

/** Resolves when the server has closed and its connections have ended; at once when it does not listen. */
function closed(server: ServerLike): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      const notRunning = error !== undefined && 'code' in error && error.code === 'ERR_SERVER_NOT_RUNNING';
      if (error === undefined || notRunning) resolve();
      else reject(error);
    });
  });
}

/**
 * `net`, `tls` and `http2` servers: takes no more connections, waits `drainMs` for those that are open, then cuts off those that
 * `trackConnections` knows. Verified by `listening`.
 */
export function tcpServerKind(options: Readonly<DrainOptions> = {}): SyncResourceKind<ServerLike> {
  return defineKind<ServerLike>({
    type: 'server',
    ...draining<ServerLike>('tcpServerKind', options, CleanupPriority.High, { end: closed, cut: cutAll }),
    releaseSync: closeNow,
    probe: (server) => (server.listening ? 'still-there' : 'gone'),
  });
}

/**
 * `http` and `https` servers: takes no more connections, closes those without a request at once, waits `drainMs` for requests under way,
 * then cuts off the rest. Verified by `listening`.
 */
export function httpServerKind(options: Readonly<DrainOptions> = {}): SyncResourceKind<HttpServerLike> {
  const end = (server: HttpServerLike): Promise<void> => {
    const ending = closed(server);
    server.closeIdleConnections();
    return ending;
  };
  return defineKind<HttpServerLike>({
    type: 'server',
    ...draining<HttpServerLike>('httpServerKind', options, CleanupPriority.High, { end, cut: cutAll }),
    releaseSync: closeNow,
    probe: (server) => (server.listening ? 'still-there' : 'gone'),
  });
}

function closeNow(server: ServerLike): void {
  if (server.listening) server.close();
  cutAll(server);
}

/** `tcpServerKind()` with the defaults. */
export const tcpServers: SyncResourceKind<ServerLike> = tcpServerKind();
/** `httpServerKind()` with the defaults. */
export const httpServers: SyncResourceKind<HttpServerLike> = httpServerKind();
