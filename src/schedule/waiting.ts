import type { Clock, Timer } from '../kernel/clock/index.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { Due, NextRun } from './words.ts';

/** How long the system's clock may be out of sight while something waits for a time on it. */
export const lookEveryMs: Milliseconds = 60_000;
/** Set back by more than this, the clock was wrong before; by less, what ran already shall not run again (as cron daemons do it). */
const largeStepMs: Milliseconds = 3 * 3_600_000;

/** Waits until what `next` says is due, on either clock, and calls `onDue`. */
export class Waiting {
  readonly #next: NextRun;
  readonly #clock: Clock;
  readonly #onDue: () => void;
  readonly #keepAlive: boolean;
  readonly #jitter: () => Milliseconds;
  #due: Due | null = null;
  #jitterMs: Milliseconds = 0;
  #notBefore = -Infinity;
  #timer: Timer | undefined;
  #wallOffset: Milliseconds;

  constructor(options: {
    readonly next: NextRun;
    readonly clock: Clock;
    readonly keepAlive: boolean;
    readonly jitter: () => Milliseconds;
    readonly onDue: () => void;
  }) {
    this.#next = options.next;
    this.#clock = options.clock;
    this.#keepAlive = options.keepAlive;
    this.#jitter = options.jitter;
    this.#onDue = options.onDue;
    this.#wallOffset = this.#offset();
  }

  /** Something is due, now or later. */
  get planned(): boolean {
    return this.#due !== null;
  }

  /** Milliseconds until it is due; 0 or less: now. */
  remaining(): Milliseconds {
    if (this.#due === null) return Infinity;
    const now = this.#due.on === 'wall' ? this.#clock.now() : this.#clock.monotonic();
    return Math.max(this.#due.ms + this.#jitterMs - now, this.#notBefore - this.#clock.monotonic());
  }

  /** Goes to the next run. */
  advance(): void {
    this.#plan(this.#due);
    this.sleep();
  }

  /** Once more, so long from now. */
  again(delayMs: Milliseconds): void {
    this.#due = { on: 'monotonic', ms: this.#clock.monotonic() + delayMs };
    this.#jitterMs = 0;
    this.sleep();
  }

  /** Nothing is due before this pause is over. */
  pause(ms: Milliseconds): void {
    this.#notBefore = this.#clock.monotonic() + ms;
  }

  /** Sets the timer for what is due. */
  sleep(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#due === null) return;
    const remaining = this.remaining();
    const step = this.#due.on === 'wall' ? Math.min(remaining, lookEveryMs) : remaining;
    this.#timer = this.#clock.schedule(step, () => this.#wake(), { ref: this.#keepAlive });
  }

  /** Nothing is due any more. */
  stop(): void {
    this.#due = null;
    this.sleep();
  }

  #wake(): void {
    this.#timer = undefined;
    this.#noticeStep();
    if (this.remaining() > 0) this.sleep();
    else this.#onDue();
  }

  /** A time that is given once is the same again; what is repeated begins anew from the time that holds now. */
  #noticeStep(): void {
    const offset = this.#offset();
    const setBack = this.#wallOffset - offset > largeStepMs;
    this.#wallOffset = offset;
    if (setBack && this.#due?.on === 'wall') this.#plan(null);
  }

  #plan(last: Due | null): void {
    const wallMs = this.#clock.now();
    const monotonicMs = this.#clock.monotonic();
    this.#due = this.#next({ wallMs, monotonicMs, last });
    this.#jitterMs = this.#jitter();
  }

  #offset(): Milliseconds {
    return this.#clock.now() - this.#clock.monotonic();
  }
}
