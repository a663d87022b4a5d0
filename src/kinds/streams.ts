import { finished } from 'node:stream';
import { defineKind } from '../core/index.ts';
import type { ReleaseContext, SyncResourceKind } from '../core/index.ts';
import type { DrainOptions } from './drain.ts';
import { draining } from './drain.ts';

/** The members of a Node stream (sockets, files, compression, HTTP bodies…) that are used. */
export interface StreamLike extends NodeJS.EventEmitter {
  readonly destroyed: boolean;
  readonly closed?: boolean;
  /** Of a stream that can be written to. */
  readonly writableEnded?: boolean;
  end?(): unknown;
  destroy(error?: Error): unknown;
}

/** It ended, was destroyed, or failed: nothing of it remains. */
function over(stream: StreamLike): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed === true) return resolve();
    // Errors are the stream's owner's to hear of; here only the end counts. A failed stream is destroyed by Node.
    finished(stream as unknown as NodeJS.ReadWriteStream, () => resolve());
  });
}

/** What was written is still delivered, unless the work failed. */
async function end(stream: StreamLike, { reason }: ReleaseContext): Promise<void> {
  const graceful = reason !== 'error' && reason !== 'aborted';
  const ending = over(stream);
  if (graceful && stream.writableEnded === false && !stream.destroyed) stream.end?.();
  // A stream that is only read from has nothing to deliver.
  if (!graceful || stream.writableEnded === undefined) stream.destroy();
  await ending;
}

function cut(stream: StreamLike): false {
  if (!stream.destroyed) stream.destroy();
  return false;
}

/**
 * Streams and sockets: what was written is delivered within `drainMs`, then the stream is destroyed; at once when the work failed or was
 * aborted, and for streams that are only read from. Verified by `destroyed`.
 */
export function streamKind(options: Readonly<DrainOptions> = {}): SyncResourceKind<StreamLike> {
  return makeKind('stream', 'streamKind', options);
}

/** The same for a `net.Socket` or `tls.TLSSocket`, as type `socket`. */
export function socketKind(options: Readonly<DrainOptions> = {}): SyncResourceKind<StreamLike> {
  return makeKind('socket', 'socketKind', options);
}

function makeKind(type: 'stream' | 'socket', where: string, options: Readonly<DrainOptions>): SyncResourceKind<StreamLike> {
  return defineKind<StreamLike>({
    type,
    ...draining<StreamLike>(where, options, 1, {
      end: async (stream, context) => {
        await end(stream, context);
        cut(stream);
      },
      cut,
    }),
    releaseSync: (stream) => void cut(stream),
    probe: (stream) => (stream.destroyed ? 'gone' : 'still-there'),
  });
}

/** `streamKind()` with the defaults. */
export const streams: SyncResourceKind<StreamLike> = streamKind();
/** `socketKind()` with the defaults. */
export const sockets: SyncResourceKind<StreamLike> = socketKind();
