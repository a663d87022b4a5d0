import type { ResourceRegistry } from '../core/index.ts';
import type { Clock } from '../kernel/clock/index.ts';
import type { Milliseconds } from '../kernel/units.ts';

/** Something that was opened and not closed. */
export interface LeftOpen {
  /** A handle that keeps the process alive, a row of a registry, a child process that runs, a directory made by `mkdtemp`. */
  readonly kind: 'handle' | 'resource' | 'process' | 'temp-directory';
  /** `TCPServerWrap`, `file "report"`, `process 4711 (sleep)`, a path. */
  readonly what: string;
  readonly count: number;
  /** `file:line:column`, where it is known. */
  readonly createdAt: string | null;
}

/** What a check looks at, and how long it waits. */
export interface LeakCheckOptions {
  /** Servers, sockets, timers, pipes, workers that keep the process alive. Default true. */
  readonly handles?: boolean;
  /** The line that opened each handle, by `async_hooks`: about 30 µs for each handle, and on Node 20 an `await` takes 1 µs in place of 0.1. Default true. */
  readonly lines?: boolean;
  /** Child processes that still run, also detached ones. Linux only; elsewhere their handles show. Default true. */
  readonly processes?: boolean;
  /** Directories made by `fs.mkdtemp` in any form that still exist. Default true. */
  readonly tempDirs?: boolean;
  /** Whose rows are compared. Default: the default registry. */
  readonly registries?: readonly ResourceRegistry[];
  /** How long what is being closed may take. Default 2 000. */
  readonly settleMs?: Milliseconds;
  /** What may stay: true for what is none of the test's business. */
  readonly ignore?: (left: LeftOpen) => boolean;
  readonly clock?: Clock;
}
