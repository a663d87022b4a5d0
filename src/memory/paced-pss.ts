import type { Clock } from '../kernel/clock/index.ts';
import type { Bytes, Milliseconds } from '../kernel/units.ts';

/** Of the time between two readings, at most one part in so many goes into reading. */
const restPerCost = 5000;

/** Reads what is expensive at most once per interval, less often where reading takes long. */
export class PacedPss {
  readonly #clock: Clock;
  readonly #everyMs: Milliseconds;
  readonly #read: () => Bytes | null;
  #nextAt = -Infinity;
  #last: Bytes | null = null;

  constructor(clock: Clock, everyMs: Milliseconds, read: () => Bytes | null) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#read = read;
  }

  /** The last value; a new one when it is time. */
  take(): Bytes | null {
    const start = this.#clock.monotonic();
    if (start < this.#nextAt) return this.#last;
    this.#last = this.#read();
    const cost = this.#clock.monotonic() - start;
    this.#nextAt = start + Math.max(this.#everyMs, cost * restPerCost);
    return this.#last;
  }
}
