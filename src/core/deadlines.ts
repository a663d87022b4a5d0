import type { Clock, Timer } from '../kernel/clock/index.ts';
import type { Milliseconds } from '../kernel/units.ts';

/** How long a release may run before its deadline is set at all. */
const unwatchedMs: Milliseconds = 20;
/** A deadline below this is set at once: it must not be late by a multiple of itself. */
const shortMs: Milliseconds = 100;
/** Releases begun within one such time that are noted; those beyond have their deadline set at once. */
const mostNoted = 2 ** 16;

/**
 * Notes the rows whose release has begun, and every 20 ms has those still running set their deadline. Most have ended by then:
 * a note is two writes, setting a deadline and cancelling it is twenty. So a deadline is late by this time, never early. There is
 * no timer where nothing was begun.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #set: (slot: number, generation: number) => void;
  readonly #sweep: () => void = () => this.#setAll();
  #slots: Int32Array = new Int32Array(64);
  #generations: Uint32Array = new Uint32Array(64);
  #count = 0;
  #timer: Timer | undefined = undefined;

  constructor(clock: Clock, set: (slot: number, generation: number) => void) {
    this.#clock = clock;
    this.#set = set;
  }

  /** False when the deadline has to be set now. */
  note(slot: number, generation: number, delayMs: Milliseconds): boolean {
    const index = this.#count;
    if (index === this.#slots.length || delayMs < shortMs || this.#timer === undefined) {
      if (delayMs < shortMs || this.#clock.exact === true || !this.#makeRoom()) return false;
    }
    this.#slots[index] = slot;
    this.#generations[index] = generation;
    this.#count = index + 1;
    return true;
  }

  #makeRoom(): boolean {
    // Held like the deadline itself: what is being released is to end before the process does.
    this.#timer ??= this.#clock.schedule(unwatchedMs, this.#sweep, { ref: true });
    const { length } = this.#slots;
    if (this.#count < length) return true;
    if (length >= mostNoted) return false;
    const slots = new Int32Array(length * 2);
    slots.set(this.#slots);
    this.#slots = slots;
    const generations = new Uint32Array(length * 2);
    generations.set(this.#generations);
    this.#generations = generations;
    return true;
  }

  #setAll(): void {
    this.#timer = undefined;
    const count = this.#count;
    this.#count = 0;
    for (let index = 0; index < count; index += 1) this.#set(this.#slots[index] ?? 0, this.#generations[index] ?? 0);
  }
}
