import type { Milliseconds } from '../../kernel/units.ts';
import type { KindOptions } from '../kind.ts';
import type { RowOptions } from '../rows.ts';
import type { VerificationTotals } from '../state-of.ts';
import type { ResourceType, Verification } from '../words.ts';
import type { ScheduledCleanup } from './schedule.ts';

/** What is particular to one registered resource. `release`: default by the value itself and its type, see `registerResource`. */
export type ManagedResourceOptions<T> = Omit<KindOptions<T>, 'type' | 'retry'> & Omit<RowOptions, 'name' | 'after'>;

/** How a cleanup of one resource went. */
export interface ResourceCleanupResult {
  readonly resourceId: string;
  /** It was released, and the probe did not say that it is still there. */
  readonly success: boolean;
  /** Why not. */
  readonly error?: unknown;
  readonly attempts: number;
  readonly durationMs: Milliseconds;
  readonly verification: Verification;
}

/** How a cleanup of several went. */
export interface CleanupSummary {
  readonly success: boolean;
  readonly cleaned: number;
  /** Those that did not end well. */
  readonly failures: readonly ResourceCleanupResult[];
}

/** What can be said of a resource after its cleanup, or before. */
export interface CleanupVerification {
  /** Whether the manager has it in its books. */
  readonly stillRegistered: boolean;
  /** What reality says; `unverifiable` for ids that never were, or were released too long ago to be remembered. */
  readonly verification: Verification;
}

/** What a manager holds and has done. Plain data. */
export interface ManagedResourceStatus {
  readonly totalResources: number;
  readonly resourcesByType: Readonly<Partial<Record<ResourceType, number>>>;
  readonly essentialResources: number;
  /** Those whose cleanup failed, hangs, or was given up. */
  readonly problemResources: readonly string[];
  /** Resources are released by age. */
  readonly monitoring: boolean;
  /** Released, of all cleanups that ended; 1 when none has. */
  readonly cleanupSuccessRate: number;
  readonly verification: VerificationTotals;
  readonly scheduled: readonly ScheduledCleanup[];
}
