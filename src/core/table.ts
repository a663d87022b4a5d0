import { generationOf, slotOf } from '../kernel/ids.ts';
import type { ResourceId } from '../kernel/ids.ts';
import { Slots, copied } from '../kernel/slots.ts';
import type { SlotList } from '../kernel/slots.ts';
import type { Bytes } from '../kernel/units.ts';
import type { RowHow } from './record.ts';
import type { CleanupPriority, ResourceState } from './words.ts';

/** A row's state as the table stores it. What has ended well is in no row. */
export const rowState = { live: 0, releasing: 1, failed: 2, timedOut: 3, abandoned: 4, free: 7 } as const;
export type RowState = (typeof rowState)[keyof typeof rowState];
const stateNames: readonly ResourceState[] = ['live', 'releasing', 'failed', 'timed-out', 'abandoned'];

const stateBits = 0b0000_0111;
const priorityShift = 3;
const priorityBits = 0b0001_1000;
const bytesBit = 0b0010_0000;
const leakedBit = 0b0100_0000;
const timedBit = 0b1000_0000;

/** Row times are kept in steps of 16 ms, rounded down: 32 bits last two years. */
export const timeStepMs = 16;
const largestPlain = 2 ** 32 - 1;

/** Who owns rows: a scope, or the registry itself. The list runs in the order of registration. */
export interface RowOwner extends SlotList {
  /** The owner's own row; -1 for the registry. */
  slot: number;
  /** A row with a priority other than Normal, or with `after`, was added: its order has to be worked out. */
  ordered: boolean;
}

/**
 * The rows of a registry, in columns: 41 bytes a row. A row is named by its slot while nothing is awaited, by its id (slot and
 * generation) across awaits. What only few rows have is in a record (`RowRecord`), which then stands where others have their kind.
 */
export class ResourceTable {
  readonly slots: Slots;
  readonly root: RowOwner = { head: -1, tail: -1, slot: -1, ordered: false };
  values: unknown[];
  hows: (RowHow | undefined)[];
  flags: Uint8Array;
  owners: Int32Array;
  created: Uint32Array;
  bytes: Uint32Array;
  /** Only there once a row was touched. */
  #touched: Uint32Array | undefined;
  /** How many rows have a limit of age or idleness. */
  timed = 0;
  /** Called when the last of them has gone. */
  onNoneTimed: (() => void) | undefined = undefined;
  /** Sizes of 4 GiB and more. */
  readonly #large: Map<number, Bytes> = new Map();

  constructor(capacity = 64) {
    this.slots = new Slots(capacity);
    this.values = Array.from({ length: capacity });
    this.hows = Array.from({ length: capacity });
    this.flags = new Uint8Array(capacity).fill(rowState.free);
    this.owners = new Int32Array(capacity);
    this.created = new Uint32Array(capacity);
    this.bytes = new Uint32Array(capacity);
  }

  /** Rows of every state. */
  get size(): number {
    return this.slots.live;
  }

  /** Adds a live row at the end of its owner's list and returns its slot; -1 when the table can grow no more. */
  add(value: unknown, how: RowHow, owner: RowOwner, nowMs: number): number {
    let slot = this.slots.take();
    if (slot < 0) {
      if (!this.#grow()) return -1;
      slot = this.slots.take();
    }
    const priority = how.kind.priority;
    if (priority !== 1) owner.ordered = true;
    this.values[slot] = value;
    this.hows[slot] = how;
    this.flags[slot] = priority << priorityShift;
    this.owners[slot] = owner.slot;
    this.created[slot] = nowMs / timeStepMs;
    this.slots.append(owner, slot);
    return slot;
  }

  /** Takes a row out. Its id no longer matches. */
  remove(slot: number): void {
    const flags = this.flags[slot] ?? 0;
    if ((flags & bytesBit) !== 0) this.#large.delete(slot);
    if ((flags & timedBit) !== 0) this.#untime();
    this.slots.unlink(this.ownerOf(slot), slot);
    this.values[slot] = undefined;
    this.hows[slot] = undefined;
    this.flags[slot] = rowState.free;
    if (this.#touched !== undefined) this.#touched[slot] = 0;
    this.slots.give(slot);
  }

  /** The slot of a row, or -1 when the id's row has ended. */
  find(id: number): number {
    const slot = slotOf(id);
    return slot < this.slots.used && this.slots.generation[slot] === generationOf(id) && this.state(slot) !== rowState.free
      ? slot
      : -1;
  }

  id(slot: number): ResourceId {
    return this.slots.id(slot);
  }

  state(slot: number): RowState {
    // Only values of rowState are ever stored in these bits.
    return ((this.flags[slot] ?? rowState.free) & stateBits) as RowState;
  }

  setState(slot: number, state: RowState): void {
    this.flags[slot] = ((this.flags[slot] ?? 0) & ~stateBits) | state;
  }

  stateName(slot: number): ResourceState {
    return stateNames[this.state(slot)] ?? 'released';
  }

  priority(slot: number): CleanupPriority {
    // Only priorities are ever stored in these bits.
    return (((this.flags[slot] ?? 0) & priorityBits) >> priorityShift) as CleanupPriority;
  }

  setPriority(slot: number, priority: CleanupPriority): void {
    this.flags[slot] = ((this.flags[slot] ?? 0) & ~priorityBits) | (priority << priorityShift);
    if (priority !== 1) this.ownerOf(slot).ordered = true;
  }

  sizeOf(slot: number): Bytes {
    if (((this.flags[slot] ?? 0) & bytesBit) === 0) return 0;
    return this.#large.get(slot) ?? this.bytes[slot] ?? 0;
  }

  setSize(slot: number, size: Bytes): void {
    this.flags[slot] = (this.flags[slot] ?? 0) | bytesBit;
    if (size > largestPlain) this.#large.set(slot, size);
    else this.#large.delete(slot);
    this.bytes[slot] = Math.min(size, largestPlain);
  }

  isLeaked(slot: number): boolean {
    return ((this.flags[slot] ?? 0) & leakedBit) !== 0;
  }

  setLeaked(slot: number): void {
    this.flags[slot] = (this.flags[slot] ?? 0) | leakedBit;
  }

  isTimed(slot: number): boolean {
    return ((this.flags[slot] ?? 0) & timedBit) !== 0;
  }

  /** The row has a limit of age or idleness, or none any more. */
  setTimed(slot: number, timed: boolean): void {
    if (timed === this.isTimed(slot)) return;
    this.flags[slot] = (this.flags[slot] ?? 0) ^ timedBit;
    if (timed) this.timed += 1;
    else this.#untime();
  }

  #untime(): void {
    this.timed -= 1;
    if (this.timed === 0) this.onNoneTimed?.();
  }

  createdMs(slot: number): number {
    return (this.created[slot] ?? 0) * timeStepMs;
  }

  touchedMs(slot: number): number {
    const touched = this.#touched?.[slot] ?? 0;
    return touched === 0 ? this.createdMs(slot) : touched * timeStepMs;
  }

  touch(slot: number, nowMs: number): void {
    this.#touched ??= new Uint32Array(this.slots.capacity);
    this.#touched[slot] = nowMs / timeStepMs;
  }

  /** Where `slot` is listed. An owner's row has the owner as its value. */
  ownerOf(slot: number): RowOwner {
    const owner = this.owners[slot] ?? -1;
    return owner < 0 ? this.root : (this.values[owner] as RowOwner);
  }

  /** Hands a row over to the registry itself, as its youngest. */
  moveToRoot(slot: number): void {
    this.slots.unlink(this.ownerOf(slot), slot);
    this.owners[slot] = -1;
    if (this.priority(slot) !== 1) this.root.ordered = true;
    this.slots.append(this.root, slot);
  }

  #grow(): boolean {
    if (!this.slots.grow()) return false;
    const capacity = this.slots.capacity;
    // Of exactly this length: an array that grows by itself takes up to half as much again.
    this.values = lengthened(this.values, capacity);
    this.hows = lengthened(this.hows, capacity);
    this.flags = copied(this.flags, new Uint8Array(capacity).fill(rowState.free));
    this.owners = copied(this.owners, new Int32Array(capacity));
    this.created = copied(this.created, new Uint32Array(capacity));
    this.bytes = copied(this.bytes, new Uint32Array(capacity));
    if (this.#touched !== undefined) this.#touched = copied(this.#touched, new Uint32Array(capacity));
    return true;
  }
}

function lengthened<T>(from: readonly (T | undefined)[], length: number): (T | undefined)[] {
  const to = new Array<T | undefined>(length);
  for (let index = 0; index < length; index += 1) to[index] = from[index];
  return to;
}
