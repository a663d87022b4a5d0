import type { ResourceId } from '../kernel/ids.ts';
import type { Ledger } from './ledger.ts';
import { releaseOrder } from './order.ts';
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

/** Rows that were picked; then, for a whole registry, those that came meanwhile (late ones, and what closed scopes left). */
export class PickedRows implements RowSource {
  readonly #ledger: Ledger;
  #more: (() => readonly ResourceId[]) | undefined;
  #ids: readonly ResourceId[];
  #index = 0;

  constructor(ledger: Ledger, ids: readonly ResourceId[], more?: () => readonly ResourceId[]) {
    this.#ledger = ledger;
    this.#ids = ids;
    this.#more = more;
  }

  next(): number {
    for (;;) {
      while (this.#index < this.#ids.length) {
        const slot = this.#ledger.table.find(this.#ids[this.#index] ?? 0);
        this.#index += 1;
        if (slot >= 0) return slot;
      }
      if (this.#more === undefined) return -1;
      const seen = new Set(this.#ids);
      this.#ids = this.#more().filter((id) => !seen.has(id));
      this.#more = undefined;
      this.#index = 0;
    }
  }

  leave(): void {
    // Nothing comes twice.
  }
}
