import type { Milliseconds } from '../units.ts';
import type { Clock, ScheduleOptions, Timer } from './clock.ts';

// Taken once, at import: fake timers that a test installs later must not stop deadlines, shutdown or monitoring.
const setTimer = globalThis.setTimeout;
const clearTimer = globalThis.clearTimeout;
const epochNow = globalThis.Date.now;
const monotonicNow = globalThis.performance.now.bind(globalThis.performance);

/** A longer delay makes Node's timer fire after 1 ms, so longer ones are served in steps of this length. */
const longestStep = 2 ** 31 - 1;

class SystemTimer implements Timer {
  #handle: NodeJS.Timeout | undefined;
  #run: (() => void) | undefined;
  #ref: boolean;
  #remaining: Milliseconds;

  constructor(delayMs: Milliseconds, run: () => void, ref: boolean) {
    this.#run = run;
    this.#ref = ref;
    this.#remaining = delayMs;
    this.#arm();
  }

  #arm(): void {
    const step = Math.min(this.#remaining, longestStep);
    this.#remaining -= step;
    const handle = setTimer(() => this.#fire(), step);
    if (!this.#ref) handle.unref();
    this.#handle = handle;
  }

  #fire(): void {
    if (this.#remaining > 0) return this.#arm();
    const run = this.#run;
    this.#handle = undefined;
    this.#run = undefined;
    run?.();
  }

  cancel(): void {
    if (this.#handle !== undefined) clearTimer(this.#handle);
    this.#handle = undefined;
    this.#run = undefined;
  }

  ref(): void {
    this.#ref = true;
    this.#handle?.ref();
  }

  unref(): void {
    this.#ref = false;
    this.#handle?.unref();
  }
}

/** The process's own clock and timers, as they were when this module was loaded. */
export const systemClock: Clock = Object.freeze({
  now: (): Milliseconds => epochNow(),
  monotonic: (): Milliseconds => monotonicNow(),
  schedule: (delayMs: Milliseconds, run: () => void, options?: ScheduleOptions): Timer =>
    new SystemTimer(delayMs > 0 ? Math.ceil(delayMs) : 0, run, options?.ref ?? false),
});
