import type { CloseReport, ShutdownTarget } from '../core/index.ts';
import { installShutdown } from '../core/index.ts';
import { sweepDone } from './sweep.ts';
import { removalsDone } from './trash.ts';

/**
 * The root goes last, with all that is still in it, on every way out that `installShutdown` sees, and by `process.exit` and the natural
 * end without it. This alone listens to nothing but the exit.
 */
export function endWithProcess(root: { end(): void }): void {
  const target: ShutdownTarget = {
    name: 'temporary files',
    last: true,
    async shutdown(): Promise<CloseReport> {
      await Promise.all([removalsDone(), sweepDone()]);
      return { ok: true, released: 0, durationMs: 0, problems: [] };
    },
    releaseAllSync: () => root.end(),
  };
  installShutdown({ targets: [target], graceMs: 0, signals: false, uncaught: false, naturalEnd: false, secondSignal: 'ignore' });
}
