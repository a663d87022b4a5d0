import { lastGeneration, makeId, maxSlots } from './ids.ts';
import type { ResourceId } from './ids.ts';

/** The two ends of a list of slots; -1 is none. The list itself runs through the columns of {@link Slots}. */
export interface SlotList {
  head: number;
  tail: number;
}

/** Numbered places, each free or in one doubly linked list. Everything in typed arrays: nothing per place for the collector to visit. */
export class Slots {
  next: Int32Array;
  prev: Int32Array;
  /** From 1; one more each time the slot is given back. */
  generation: Uint32Array;
  capacity: number;
  /** How many slots are taken. */
  live = 0;
  /** Slots from here on were never taken. */
  used = 0;
  #free = -1;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.next = new Int32Array(capacity);
    this.prev = new Int32Array(capacity);
    this.generation = new Uint32Array(capacity).fill(1);
  }

  /** A free slot, in no list; -1 when there is none and `grow` must come first. */
  take(): number {
    const slot = this.#free;
    if (slot >= 0) {
      this.#free = this.next[slot] ?? -1;
      this.live += 1;
      return slot;
    }
    if (this.used === this.capacity) return -1;
    this.live += 1;
    return this.used++;
  }

  /** Gives a slot back that is in no list. Ids made for it no longer match. */
  give(slot: number): void {
    const generation = (this.generation[slot] ?? 0) + 1;
    this.generation[slot] = generation;
    this.live -= 1;
    if (generation > lastGeneration) return;
    this.next[slot] = this.#free;
    this.#free = slot;
  }

  id(slot: number): ResourceId {
    return makeId(slot, this.generation[slot] ?? 0);
  }

  append(list: SlotList, slot: number): void {
    const tail = list.tail;
    this.prev[slot] = tail;
    this.next[slot] = -1;
    if (tail >= 0) this.next[tail] = slot;
    else list.head = slot;
    list.tail = slot;
  }

  unlink(list: SlotList, slot: number): void {
    const before = this.prev[slot] ?? -1;
    const after = this.next[slot] ?? -1;
    if (before >= 0) this.next[before] = after;
    else list.head = after;
    if (after >= 0) this.prev[after] = before;
    else list.tail = before;
  }

  /** Makes room: twice as much while small, half as much again when large. False when there can be no more. */
  grow(): boolean {
    const capacity = Math.min(maxSlots, this.capacity < 2 ** 20 ? this.capacity * 2 : Math.ceil(this.capacity * 1.5));
    if (capacity === this.capacity) return false;
    this.next = copied(this.next, new Int32Array(capacity));
    this.prev = copied(this.prev, new Int32Array(capacity));
    const generation = new Uint32Array(capacity).fill(1, this.capacity);
    this.generation = copied(this.generation, generation);
    this.capacity = capacity;
    return true;
  }
}

/** `to` with the contents of `from` at its beginning. */
export function copied<T extends Int32Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
