import { WatertightError } from '../errors.ts';
import { firstEntry } from './wheel-slots.ts';

/** A handle is generation * 2^22 + entry: 4 million entries, and 2^30 uses of an entry before a handle could come again. */
const entryRange = 2 ** 22;

export type WheelCallback = (arg: number) => void;

// The fields of an entry lie side by side, so that setting and cancelling touch one line of the processor's cache.
const nextOf = 0;
const prevOf = 1;
const generationOf = 2;
const refOf = 3;
const words = 4;
/** In the array of doubles: the time of entry e at 2 e, its argument behind. */
const doubles = 2;

/** The wheel's entries in two typed arrays, linked into circular lists; a list is named by its head's index. */
export class WheelStore {
  #cells: Int32Array;
  #doubles: Float64Array;
  readonly #callbacks: (WheelCallback | undefined)[] = [];
  #free = 0;
  #used: number = firstEntry;

  constructor(capacity = 64) {
    const length = firstEntry + capacity;
    this.#cells = new Int32Array(length * words);
    this.#doubles = new Float64Array(length * doubles);
    for (let head = 0; head < firstEntry; head += 1) {
      this.#cells[head * words + nextOf] = this.#cells[head * words + prevOf] = head;
      this.#callbacks.push(undefined);
    }
  }

  /** A fresh entry, in no list yet. `time` is the delay at first. Throws WT_RESOURCE_EXHAUSTED beyond 4 million. */
  add(time: number, callback: WheelCallback, arg: number): number {
    const entry = this.#take();
    this.#callbacks[entry] = callback;
    this.#doubles[entry * doubles] = time;
    this.#doubles[entry * doubles + 1] = arg;
    return entry;
  }

  /** Gives the entry back, out of its list; its handles no longer match. */
  remove(entry: number): void {
    this.unlink(entry);
    const cells = this.#cells;
    const cell = entry * words;
    cells[cell + generationOf] = ((cells[cell + generationOf] ?? 0) + 1) & 0x3fffffff;
    cells[cell + nextOf] = this.#free;
    this.#callbacks[entry] = undefined;
    this.#free = entry;
  }

  handle(entry: number): number {
    return (this.#cells[entry * words + generationOf] ?? 0) * entryRange + entry;
  }

  /** The entry that a handle stands for, or 0 when it has run or was cancelled. */
  find(handle: number): number {
    const entry = handle & (entryRange - 1);
    if (entry < firstEntry || entry >= this.#used || this.#callbacks[entry] === undefined) return 0;
    return this.handle(entry) === handle ? entry : 0;
  }

  callback(entry: number): WheelCallback | undefined {
    return this.#callbacks[entry];
  }

  arg(entry: number): number {
    return this.#doubles[entry * doubles + 1] ?? 0;
  }

  /** The delay while the entry is new, then the time at which it is due. */
  time(entry: number): number {
    return this.#doubles[entry * doubles] ?? 0;
  }

  setTime(entry: number, time: number): void {
    this.#doubles[entry * doubles] = time;
  }

  /** Whether the entry keeps the process alive. */
  holds(entry: number): boolean {
    return this.#cells[entry * words + refOf] === 1;
  }

  setHolds(entry: number, holds: boolean): void {
    this.#cells[entry * words + refOf] = holds ? 1 : 0;
  }

  append(head: number, entry: number): void {
    const cells = this.#cells;
    const last = cells[head * words + prevOf] ?? head;
    cells[last * words + nextOf] = entry;
    cells[entry * words + prevOf] = last;
    cells[entry * words + nextOf] = head;
    cells[head * words + prevOf] = entry;
  }

  unlink(entry: number): void {
    const cells = this.#cells;
    const before = cells[entry * words + prevOf] ?? 0;
    const after = cells[entry * words + nextOf] ?? 0;
    cells[before * words + nextOf] = after;
    cells[after * words + prevOf] = before;
  }

  /** The first entry of a list, or 0 when it is empty. */
  first(head: number): number {
    const entry = this.#cells[head * words + nextOf] ?? head;
    return entry === head ? 0 : entry;
  }

  /** The last entry of a list that is not empty. */
  last(head: number): number {
    return this.#cells[head * words + prevOf] ?? head;
  }

  isEmpty(head: number): boolean {
    return this.#cells[head * words + nextOf] === head;
  }

  #take(): number {
    const entry = this.#free;
    if (entry !== 0) {
      this.#free = this.#cells[entry * words + nextOf] ?? 0;
      return entry;
    }
    if (this.#used * words >= this.#cells.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const length = Math.min((this.#cells.length / words) * 2, entryRange);
    if (length * words === this.#cells.length) {
      throw new WatertightError('WT_RESOURCE_EXHAUSTED', `a timing wheel holds at most ${entryRange - firstEntry} deadlines`);
    }
    const cells = new Int32Array(length * words);
    cells.set(this.#cells);
    this.#cells = cells;
    const wider = new Float64Array(length * doubles);
    wider.set(this.#doubles);
    this.#doubles = wider;
  }
}
