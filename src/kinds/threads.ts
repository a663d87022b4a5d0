import { defineKind } from '../core/index.ts';
import type { ResourceKind, SyncResourceKind, Verification } from '../core/index.ts';

/** The members of a `Worker` (`node:worker_threads`) that are used. */
export interface WorkerLike {
  /** -1 once it has ended. */
  readonly threadId: number;
  terminate(): Promise<number>;
}

/** Worker threads: stopped, verified by their thread id. A worker that should end by itself is asked before, by a message of yours. */
export const workers: ResourceKind<WorkerLike> = defineKind<WorkerLike>({
  type: 'worker',
  release: async (worker) => {
    await worker.terminate();
  },
  probe: (worker) => (worker.threadId === -1 ? 'gone' : 'still-there'),
  // Stopping twice is stopping once.
  idempotent: true,
});

/** Nothing public tells whether a timer is cleared; Node's own flag is read where it is there. */
function probeTimer(timer: object): Verification {
  const destroyed: unknown = Reflect.get(timer, '_destroyed');
  return typeof destroyed === 'boolean' ? (destroyed ? 'gone' : 'still-there') : 'unverifiable';
}

/** What `setTimeout`, `setInterval` and `setImmediate` return: cleared. Verified where Node tells. */
export const timers: SyncResourceKind<Disposable> = defineKind<Disposable>({
  type: 'timer',
  releaseSync: (timer) => timer[Symbol.dispose](),
  probe: probeTimer,
});
