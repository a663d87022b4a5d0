import type { Verification } from '../words.ts';

/** A socket or another stream, by the members used. */
export interface StreamLike {
  readonly destroyed: boolean;
}

/** Of sockets and streams: one that was only ended is still there. */
export function probeStream(stream: StreamLike): Verification {
  return stream.destroyed ? 'gone' : 'still-there';
}

/** A server of `node:net`, `node:http`, `node:https`, `node:http2`, by the members used. */
export interface ServerLike {
  readonly listening: boolean;
  getConnections?(callback: (error: Error | null, count: number) => void): unknown;
}

/** Of servers: `gone` when it neither listens nor has a connection left. */
export function probeServer(server: ServerLike): Verification | Promise<Verification> {
  if (server.listening) return 'still-there';
  if (server.getConnections === undefined) return 'gone';
  return new Promise((resolve) => {
    server.getConnections?.((error, count) => {
      if (error !== null && error !== undefined) resolve('unverifiable');
      else resolve(count === 0 ? 'gone' : 'still-there');
    });
  });
}

/** A worker of `node:worker_threads`, by the members used. */
export interface WorkerLike {
  readonly threadId: number;
}

/** Of workers: Node takes a worker's number away once its thread has ended. */
export function probeWorker(worker: WorkerLike): Verification {
  return worker.threadId === -1 ? 'gone' : 'still-there';
}

/** Of timers and immediates of Node: `gone` once cleared, or when it has run for the last time. Of others: `unverifiable`. */
export function probeTimer(timer: object): Verification {
  const destroyed: unknown = Reflect.get(timer, '_destroyed');
  if (typeof destroyed !== 'boolean') return 'unverifiable';
  return destroyed ? 'gone' : 'still-there';
}
