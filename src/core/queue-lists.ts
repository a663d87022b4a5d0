import { WatertightError } from '../kernel/errors.ts';

/** A waiting item lets this many of higher priority pass, then it is next. */
export const overtakesAllowed = 64;

/** A handle is generation * 2^24 + slot. */
const slotRange = 2 ** 24;
const priorities = 4;

// The fields of a slot lie side by side, four words of one array: an item then costs one line of the processor's cache, not three.
const nextOf = 0;
const prevOf = 1;
/** Generation * 4 + priority. */
const tagOf = 2;
const words = 4;

/**
 * Items waiting in four priorities, the highest first, first-in first-out inside one. Lower ones age: whoever was overtaken 64
 * times is next, so none starves. Adding, taking and cancelling are a few writes to a typed array each.
 *
 * Slots 0 to 3 are the heads of the circular lists. `prev` of a list's first item is not kept: it is the head.
 */
export class PriorityLists<T> {
  #cells: Int32Array;
  readonly #items: (T | undefined)[] = [undefined, undefined, undefined, undefined];
  readonly #counts: number[] = [0, 0, 0, 0];
  readonly #overtaken: number[] = [0, 0, 0, 0];
  #free = 0;
  #used: number = priorities;
  #size = 0;

  constructor(capacity = 64) {
    this.#cells = new Int32Array((capacity + priorities) * words);
    for (let head = 0; head < priorities; head += 1)
      this.#cells[head * words + nextOf] = this.#cells[head * words + prevOf] = head;
  }

  get size(): number {
    return this.#size;
  }

  /** How many wait in one priority. */
  count(priority: number): number {
    return this.#counts[priority] ?? 0;
  }

  /** Puts the item last in its priority. Returns a handle for `cancel`. Throws WT_RESOURCE_EXHAUSTED beyond 16 million. */
  push(item: T, priority: number): number {
    const slot = this.#take();
    const cells = this.#cells;
    const cell = slot * words;
    const last = cells[priority * words + prevOf] ?? priority;
    const generation = (cells[cell + tagOf] ?? 0) >>> 2;
    cells[last * words + nextOf] = slot;
    cells[cell + prevOf] = last;
    cells[cell + nextOf] = priority;
    cells[cell + tagOf] = (generation << 2) | priority;
    cells[priority * words + prevOf] = slot;
    this.#items[slot] = item;
    this.#counts[priority] = (this.#counts[priority] ?? 0) + 1;
    this.#size += 1;
    return generation * slotRange + slot;
  }

  /** Takes the next item out, or gives undefined when none waits. */
  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    const priority = this.#choose();
    const slot = this.#cells[priority * words + nextOf] ?? 0;
    const item = this.#items[slot];
    this.#remove(slot, priority, priority);
    return item;
  }

  /** Takes the item out that `push` gave the handle for; undefined when it no longer waits. */
  cancel(handle: number): T | undefined {
    const slot = handle & (slotRange - 1);
    if (slot < priorities || slot >= this.#used) return undefined;
    const item = this.#items[slot];
    const tag = this.#cells[slot * words + tagOf] ?? 0;
    if (item === undefined || (tag >>> 2) * slotRange + slot !== handle) return undefined;
    const priority = tag & 3;
    const isFirst = this.#cells[priority * words + nextOf] === slot;
    this.#remove(slot, priority, isFirst ? priority : (this.#cells[slot * words + prevOf] ?? 0));
    return item;
  }

  /** The highest priority that has items, unless a lower one was overtaken too often. */
  #choose(): number {
    const counts = this.#counts;
    let chosen = priorities - 1;
    while (counts[chosen] === 0) chosen -= 1;
    if (counts[chosen] !== this.#size) chosen = this.#aged(chosen);
    this.#overtaken[chosen] = 0;
    return chosen;
  }

  #aged(highest: number): number {
    const overtaken = this.#overtaken;
    let chosen = highest;
    for (let lower = 0; lower < highest; lower += 1) {
      if (this.#counts[lower] === 0) continue;
      const times = (overtaken[lower] ?? 0) + 1;
      overtaken[lower] = times;
      if (times > overtakesAllowed) chosen = lower;
    }
    return chosen;
  }

  #remove(slot: number, priority: number, before: number): void {
    const cells = this.#cells;
    const cell = slot * words;
    const after = cells[cell + nextOf] ?? priority;
    cells[before * words + nextOf] = after;
    // When `after` becomes the first its `prev` is not read; when it is the head it must be right.
    if (before !== priority || after === priority) cells[after * words + prevOf] = before;
    const left = (this.#counts[priority] ?? 0) - 1;
    this.#counts[priority] = left;
    if (left === 0) this.#overtaken[priority] = 0;
    this.#size -= 1;
    this.#items[slot] = undefined;
    cells[cell + tagOf] = ((cells[cell + tagOf] ?? 0) + 4) & 0x7fffffff;
    cells[cell + nextOf] = this.#free;
    this.#free = slot;
    if (this.#size === 0) this.#forgetOrder();
  }

  /** Empty: slots are handed out from the front again. Reused in the order in which they came free, a million of them would cost a cache miss each. */
  #forgetOrder(): void {
    this.#free = 0;
    this.#used = priorities;
  }

  #take(): number {
    const slot = this.#free;
    if (slot !== 0) {
      this.#free = this.#cells[slot * words + nextOf] ?? 0;
      return slot;
    }
    if (this.#used * words >= this.#cells.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const length = Math.min(this.#cells.length * 2, slotRange * words);
    if (length === this.#cells.length)
      throw new WatertightError('WT_RESOURCE_EXHAUSTED', `a queue holds at most ${slotRange - priorities} items`);
    const wider = new Int32Array(length);
    wider.set(this.#cells);
    this.#cells = wider;
  }
}
