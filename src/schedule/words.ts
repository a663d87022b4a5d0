import type { Milliseconds } from '../kernel/units.ts';

/**
 * When a run is due. `wall`: milliseconds since 1970, moves with the system's clock when that is set. `monotonic`: on the clock that is
 * never set, so a delay stays what it is.
 */
export interface Due {
  readonly on: 'wall' | 'monotonic';
  readonly ms: Milliseconds;
}

/** What a `NextRun` is told. */
export interface NextRunMoment {
  /** Milliseconds since 1970. */
  readonly wallMs: Milliseconds;
  /** On the clock that is never set. */
  readonly monotonicMs: Milliseconds;
  /** What was due before; null at first, and after the system's clock was set back by more than three hours. */
  readonly last: Due | null;
}

/** Decides when: called once for each run, with what was due before; null: never again. It must not throw. */
export type NextRun = (moment: NextRunMoment) => Due | null;

/** What a task is called with. */
export interface ScheduledRun {
  readonly id: string;
  /** 1 for the first run. */
  readonly run: number;
  /** 1, and one more for each failure in a row before this run. */
  readonly attempt: number;
  /** Aborted when the task is cancelled, when `timeoutMs` has passed, or when the next run wants to begin and `overlap` is `cancel`. */
  readonly signal: AbortSignal;
  /** No further run; unlike `cancelTask` it does not wait, so that a task may call it. */
  cancel(): void;
}

/** How one run ended. `timed-out`: it settled, but after its deadline. */
export interface RunOutcome {
  readonly id: string;
  readonly run: number;
  readonly result: 'done' | 'failed' | 'timed-out' | 'cancelled';
  /** Milliseconds since 1970. */
  readonly startedAtMs: Milliseconds;
  readonly durationMs: Milliseconds;
  /** What the task threw or rejected with. */
  readonly error?: unknown;
}

/** One task of a scheduler. Plain data. */
export interface TaskStatus {
  readonly id: string;
  readonly description: string | null;
  readonly recurring: boolean;
  readonly state: 'waiting' | 'running' | 'cancelling' | 'ended';
  /** Milliseconds since 1970, as the system's clock stands now; null: none is planned. */
  readonly nextRunAtMs: Milliseconds | null;
  readonly runs: number;
  /** Failures in a row, timeouts among them; 0 after a success. */
  readonly failures: number;
  /** Runs that were due while the one before still ran, and were left out. */
  readonly skipped: number;
  /** The run under way has passed its `timeoutMs` and has not settled. */
  readonly overdue: boolean;
  readonly lastRun: RunOutcome | null;
}

/** What a scheduler does and did. Plain data. */
export interface SchedulerStatus {
  readonly name: string;
  readonly state: 'open' | 'stopping' | 'stopped';
  readonly tasks: readonly TaskStatus[];
  /** The last 100 tasks that have ended, oldest first. */
  readonly ended: readonly TaskStatus[];
  /** Of all tasks since the scheduler was made. */
  readonly counts: Readonly<Record<RunOutcome['result'] | 'skipped', number>>;
}
