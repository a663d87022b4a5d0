import type { Milliseconds } from '../units.ts';
import type { Clock } from './clock.ts';

/** How often the remembered time is renewed while it is in use. */
export const coarseTickMs: Milliseconds = 20;

/**
 * The time, remembered: reading the system's clock costs more than a whole registration may. The first reading after quiet
 * takes the time and starts an unref'd tick of 20 ms, which goes on only while somebody reads. So a reading is at most one
 * tick old, longer only while the event loop is blocked; in quiet there is no timer.
 */
export class CoarseClock {
  readonly #clock: Clock;
  readonly #startMonotonic: Milliseconds;
  readonly #startEpoch: Milliseconds;
  readonly #exact: boolean;
  readonly #tick: () => void = () => this.#renew();
  #cached = 0;
  #ticking = false;
  #read = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#exact = clock.exact === true;
    this.#startMonotonic = clock.monotonic();
    this.#startEpoch = clock.now();
  }

  /** Whole milliseconds since this object was made, never going back. Fits 32 bits for 49 days. */
  now(): number {
    if (this.#exact) return this.#elapsed();
    if (!this.#ticking) this.#start();
    this.#read = true;
    return this.#cached;
  }

  /** The same, read from the clock itself. */
  exactNow(): number {
    return this.#elapsed();
  }

  /** Milliseconds since 1970 of a value that `now()` gave. */
  toEpoch(ms: number): Milliseconds {
    return this.#startEpoch + ms;
  }

  #elapsed(): number {
    return Math.floor(this.#clock.monotonic() - this.#startMonotonic);
  }

  #start(): void {
    this.#cached = this.#elapsed();
    this.#ticking = true;
    this.#clock.schedule(coarseTickMs, this.#tick);
  }

  #renew(): void {
    this.#ticking = false;
    if (!this.#read) return;
    this.#read = false;
    this.#start();
  }
}
