import { WatertightError } from '../errors.ts';
import { firstEntry } from './wheel-slots.ts';

/** A handle is generation * 2^22 + entry: 4 million entries, and 2^30 uses of an entry before a handle could come again. */
const entryRange = 2 ** 22;

export type WheelCallback = (arg: number) => void;

/** The wheel's entries in columns, linked into circular lists through `next` and `prev`; a list is named by its head's index. */
export class WheelStore {
  next: Int32Array;
  prev: Int32Array;
  /** The delay while the entry is new, then the time at which it is due. */
  time: Float64Array;
  arg: Float64Array;
  generation: Int32Array;
  ref: Uint8Array;
  readonly callback: (WheelCallback | undefined)[] = [];
  #free = 0;
  #used: number = firstEntry;

  constructor(capacity = 64) {
    const length = firstEntry + capacity;
    this.next = new Int32Array(length);
    this.prev = new Int32Array(length);
    this.time = new Float64Array(length);
    this.arg = new Float64Array(length);
    this.generation = new Int32Array(length);
    this.ref = new Uint8Array(length);
    for (let head = 0; head < firstEntry; head += 1) this.next[head] = this.prev[head] = head;
  }

  /** An unused entry. Throws WT_RESOURCE_EXHAUSTED beyond 4 million. */
  take(): number {
    const entry = this.#free;
    if (entry !== 0) {
      this.#free = this.next[entry] ?? 0;
      return entry;
    }
    if (this.#used === this.next.length) this.#grow();
    this.callback[this.#used] = undefined;
    return this.#used++;
  }

  /** Gives the entry back; its handles no longer match. It must be in no list. */
  give(entry: number): void {
    this.generation[entry] = ((this.generation[entry] ?? 0) + 1) & 0x3fffffff;
    this.callback[entry] = undefined;
    this.next[entry] = this.#free;
    this.#free = entry;
  }

  handle(entry: number): number {
    return (this.generation[entry] ?? 0) * entryRange + entry;
  }

  /** The entry that a handle stands for, or 0 when it has run or was cancelled. */
  find(handle: number): number {
    const entry = handle & (entryRange - 1);
    if (entry < firstEntry || entry >= this.#used || this.callback[entry] === undefined) return 0;
    if (this.handle(entry) !== handle) return 0;
    return entry;
  }

  append(head: number, entry: number): void {
    const last = this.prev[head] ?? head;
    this.next[last] = entry;
    this.prev[entry] = last;
    this.next[entry] = head;
    this.prev[head] = entry;
  }

  unlink(entry: number): void {
    const before = this.prev[entry] ?? 0;
    const after = this.next[entry] ?? 0;
    this.next[before] = after;
    this.prev[after] = before;
  }

  /** The first entry of a list, or 0 when it is empty. */
  first(head: number): number {
    const entry = this.next[head] ?? head;
    return entry === head ? 0 : entry;
  }

  isEmpty(head: number): boolean {
    return this.next[head] === head;
  }

  #grow(): void {
    const length = Math.min(this.next.length * 2, entryRange);
    if (length === this.next.length)
      throw new WatertightError('WT_RESOURCE_EXHAUSTED', `a timing wheel holds at most ${entryRange - firstEntry} deadlines`);
    this.next = widened(this.next, new Int32Array(length));
    this.prev = widened(this.prev, new Int32Array(length));
    this.time = widened(this.time, new Float64Array(length));
    this.arg = widened(this.arg, new Float64Array(length));
    this.generation = widened(this.generation, new Int32Array(length));
    this.ref = widened(this.ref, new Uint8Array(length));
  }
}

function widened<T extends Int32Array | Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
