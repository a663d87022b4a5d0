import type { Milliseconds } from '../units.ts';

/** How a timer is set. */
export interface ScheduleOptions {
  /** Whether the timer keeps the process alive. Default false. */
  readonly ref?: boolean;
}

/** One scheduled call. Every method may be called at any time, also after the call has run or was cancelled. */
export interface Timer {
  /** The call will not run any more. */
  cancel(): void;
  /** From now on the timer keeps the process alive until it has run or is cancelled. */
  ref(): void;
  /** From now on the timer does not keep the process alive. */
  unref(): void;
}

/** The only source of time. Whoever needs the time or a timer takes a `Clock`; `systemClock` is the default everywhere. */
export interface Clock {
  /** True where reading the time is free, as on a manual clock: nothing then needs to remember an older reading. */
  readonly exact?: boolean;
  /** Milliseconds since 1970-01-01 UTC; jumps when the system's clock is set. */
  now(): Milliseconds;
  /** Milliseconds since an arbitrary start, never going back. May have a fraction. */
  monotonic(): Milliseconds;
  /** Calls `run` once, `delayMs` from now (0 or less: as soon as possible, never synchronously). Any length is right, also beyond 2^31 ms. */
  schedule(delayMs: Milliseconds, run: () => void, options?: ScheduleOptions): Timer;
}
