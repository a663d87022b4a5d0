import type { Clock, Timer } from '../kernel/clock/index.ts';
import { copied } from '../kernel/slots.ts';
import type { Slots } from '../kernel/slots.ts';
import type { Milliseconds } from '../kernel/units.ts';

/** How long a release may run before its deadline is set at all. */
const unwatchedMs: Milliseconds = 20;
/** A deadline below this is set at once: it must not be late by a multiple of itself. */
const shortMs: Milliseconds = 100;
/** Releases that run at once and are noted; those beyond have their deadline set at once. */
const mostNoted = 2 ** 16;

/**
 * Notes the rows whose release has begun, and every 20 ms has those still running set their deadline. Most have ended by then:
 * a note is two writes, setting a deadline and cancelling it is twenty. So a deadline is late by this time, never early. There is
 * no timer where nothing was begun.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #table: Slots;
  readonly #set: (slot: number) => void;
  readonly #sweep: () => void = () => this.#setAll();
  #slots: Int32Array = new Int32Array(64);
  #generations: Uint32Array = new Uint32Array(64);
  #count = 0;
  #timer: Timer | undefined = undefined;

  /** `set` is called with the slot of a row that still stands. */
  constructor(clock: Clock, table: Slots, set: (slot: number) => void) {
    this.#clock = clock;
    this.#table = table;
    this.#set = set;
  }

  /** False when the deadline has to be set now. */
  note(slot: number, delayMs: Milliseconds): boolean {
    if (delayMs < shortMs) return false;
    if ((this.#timer === undefined || this.#count === this.#slots.length) && !this.#isReady()) return false;
    const index = this.#count;
    this.#slots[index] = slot;
    this.#generations[index] = this.#table.generation[slot] ?? 0;
    this.#count = index + 1;
    return true;
  }

  #isReady(): boolean {
    if (this.#clock.exact === true) return false;
    // Held like the deadline itself: what is being released is to end before the process does.
    this.#timer ??= this.#clock.schedule(unwatchedMs, this.#sweep, { ref: true });
    const { length } = this.#slots;
    if (this.#count < length) return true;
    // A program that does not let the timer run must not fill the memory with notes about what has ended.
    this.#forgetEnded();
    if (this.#count <= length / 2) return true;
    if (length >= mostNoted) return this.#count < length;
    this.#slots = copied(this.#slots, new Int32Array(length * 2));
    this.#generations = copied(this.#generations, new Uint32Array(length * 2));
    return true;
  }

  #forgetEnded(): void {
    let kept = 0;
    for (let index = 0; index < this.#count; index += 1) {
      if (!this.#stands(index)) continue;
      this.#slots[kept] = this.#slots[index] ?? 0;
      this.#generations[kept] = this.#generations[index] ?? 0;
      kept += 1;
    }
    this.#count = kept;
  }

  #stands(index: number): boolean {
    return this.#table.generation[this.#slots[index] ?? 0] === this.#generations[index];
  }

  #setAll(): void {
    this.#timer = undefined;
    const count = this.#count;
    this.#count = 0;
    for (let index = 0; index < count; index += 1) if (this.#stands(index)) this.#set(this.#slots[index] ?? 0);
  }
}
