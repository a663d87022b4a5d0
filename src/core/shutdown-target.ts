import type { Milliseconds } from '../kernel/units.ts';
import type { CloseReport, ReleaseReason, ResourceInfo } from './words.ts';

/** What a target is told when it shall shut down. */
export interface TargetShutdownOptions {
  /** How long it may take; what is not finished then is reported and left. Default 10 000. */
  readonly graceMs?: Milliseconds;
  /** Default `shutdown`. */
  readonly reason?: ReleaseReason;
}

/** Anything that can be shut down when the process ends: a registry, or whatever a program hands to `installShutdown`. */
export interface ShutdownTarget {
  /** Stands in the lines that tell what hung. */
  readonly name: string;
  /** Releases everything and resolves with what came of it. Called again it returns the same promise. */
  shutdown(options?: TargetShutdownOptions): Promise<CloseReport>;
  /** Runs what can be released synchronously and has not been released yet. Must not throw; nothing asynchronous runs any more. */
  releaseAllSync(reason: ReleaseReason): void;
  /** Others may need it to release what they hold: its synchronous part runs after theirs. Default: false. */
  readonly last?: boolean;
  /** What it still holds: named when a second signal cuts the wait short. */
  list?(): Iterable<Pick<ResourceInfo, 'type' | 'name' | 'createdAt' | 'state'>>;
}
