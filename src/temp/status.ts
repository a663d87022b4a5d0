import { rootIfMade } from './owner-root.ts';
import type { FailedRemoval } from './trash.ts';
import { failedRemovals, pendingRemovals } from './trash.ts';

/** How the temporary things of this process are. */
export interface TempStatus {
  /** Null until something temporary was made. */
  readonly root: string | null;
  /** Whether others can see that this process lives. Without it nothing is swept should the process be killed. */
  readonly proofOfLife: boolean;
  /** Trees renamed aside that are being removed, or wait for it. */
  readonly removing: number;
  /** Trees that could not be removed; tried again with a later removal, by `retryRemovals()`, and with the root at the end. */
  readonly failed: readonly FailedRemoval[];
}

/** Reads counters; nothing is measured. */
export function tempStatus(): TempStatus {
  const root = rootIfMade();
  return {
    root: root?.path ?? null,
    proofOfLife: root !== undefined && root.socketPath !== '',
    removing: pendingRemovals(),
    failed: failedRemovals(),
  };
}
