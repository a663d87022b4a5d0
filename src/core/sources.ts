import type { ResourceId } from '../kernel/ids.ts';
import type { Ledger } from './ledger.ts';
import { releaseOrder } from './order.ts';
import { rowState } from './table.ts';
import type { RowOwner } from './table.ts';

/** Which row of those to be closed comes next. */
export interface RowSource {
  /** A slot, or -1: no more. */
  next(): number;
  /** The row is not to come again: its release ended badly, or runs and is not waited for. */
  leave(slot: number): void;
}

/** The rows of a scope. What cannot be released is handed to the registry, so that in the end the scope owns nothing. */
export class ScopeRows implements RowSource {
  readonly #ledger: Ledger;
  readonly #owner: RowOwner;
  #plan: ResourceId[] | undefined;

  constructor(ledger: Ledger, owner: RowOwner) {
    this.#ledger = ledger;
    this.#owner = owner;
  }

  next(): number {
    const owner = this.#owner;
    if (!owner.ordered || owner.tail < 0) return owner.tail;
    const { table } = this.#ledger;
    this.#plan ??= releaseOrder(this.#ledger, owner).reverse();
    for (let id = this.#plan.pop(); id !== undefined; id = this.#plan.pop()) {
      const slot = table.find(id);
      if (slot >= 0 && table.ownerOf(slot) === owner) return slot;
    }
    // Whatever came since the plan was made.
    return owner.tail;
  }

  leave(slot: number): void {
    this.#ledger.table.moveToRoot(slot);
  }
}

/** Rows that were picked; then, for a whole registry, those that came meanwhile. */
export class PickedRows implements RowSource {
  readonly #ledger: Ledger;
  readonly #more: (() => ResourceId[]) | undefined;
  readonly #left: Set<ResourceId> = new Set();
  #ids: ResourceId[];
  #index = 0;

  constructor(ledger: Ledger, ids: ResourceId[], more?: () => ResourceId[]) {
    this.#ledger = ledger;
    this.#ids = ids;
    this.#more = more;
  }

  next(): number {
    const slot = this.#nextPicked();
    if (slot >= 0 || this.#more === undefined) return slot;
    const { table } = this.#ledger;
    this.#index = 0;
    this.#ids = this.#more().filter((id) => {
      const state = table.state(table.find(id));
      return !this.#left.has(id) && (state === rowState.live || state === rowState.releasing);
    });
    return this.#nextPicked();
  }

  #nextPicked(): number {
    while (this.#index < this.#ids.length) {
      const slot = this.#ledger.table.find(this.#ids[this.#index] ?? 0);
      this.#index += 1;
      if (slot >= 0) return slot;
    }
    return -1;
  }

  leave(slot: number): void {
    this.#left.add(this.#ledger.table.id(slot));
  }
}
