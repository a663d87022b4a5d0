import type { CloseReport, ShutdownTarget } from '../core/index.ts';
import { installShutdown } from '../core/index.ts';
import { whenRootIsMade } from './owner-root.ts';

/** Adds what shall be waited for when the process ends in order. */
const waits: (() => Promise<void>)[] = [];

export function waitAtEnd(wait: () => Promise<void>): void {
  waits.push(wait);
}

/**
 * The root goes last, with all that is still in it, on every way out that `installShutdown` sees, and by `process.exit` and the natural
 * end without it. It listens to nothing but the exit.
 */
whenRootIsMade((root) => {
  const target: ShutdownTarget = {
    name: 'temporary files',
    async shutdown(): Promise<CloseReport> {
      await Promise.all(waits.map((wait) => wait()));
      return { ok: true, released: 0, durationMs: 0, problems: [] };
    },
    releaseAllSync: () => root.end(),
  };
  installShutdown({ targets: [target], graceMs: 0, signals: false, uncaught: false, naturalEnd: false, secondSignal: 'ignore' });
});
