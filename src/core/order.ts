import { slotOf } from '../kernel/ids.ts';
import type { ResourceId } from '../kernel/ids.ts';
import type { Ledger } from './ledger.ts';
import type { RowOwner } from './table.ts';

/**
 * The ids of an owner's rows, last in first out, higher priorities first, and every row after those it names in `after`. A row that
 * must wait for one of lower priority comes with that priority.
 */
export function releaseOrder(ledger: Ledger, owner: RowOwner): ResourceId[] {
  const oldestFirst = slotsOf(ledger, owner);
  const edges = edgesOf(ledger, oldestFirst);
  const levels = effectivePriorities(ledger, oldestFirst, edges);
  const order: ResourceId[] = [];
  for (let level = 3; level >= 0; level -= 1) {
    const members = oldestFirst.filter((_, index) => levels[index] === level);
    if (members.length > 0) newestReadyFirst(ledger, members, edges, order);
  }
  return order;
}

function slotsOf(ledger: Ledger, owner: RowOwner): number[] {
  const slots: number[] = [];
  for (let slot = owner.head; slot >= 0; slot = ledger.table.slots.next[slot] ?? -1) slots.push(slot);
  return slots;
}

/** For each row with `after`: the rows among these that must be released before it. */
function edgesOf(ledger: Ledger, slots: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const edges = new Map<number, readonly number[]>();
  let members: Set<number> | undefined;
  for (const slot of slots) {
    const after = ledger.recordAt(slot)?.after;
    if (after === undefined) continue;
    members ??= new Set(slots);
    const known = members;
    edges.set(
      slot,
      after
        .filter((id) => ledger.table.find(id) >= 0)
        .map(slotOf)
        .filter((other) => known.has(other)),
    );
  }
  return edges;
}

/** `after` names rows that were there before, so one pass from the oldest on sees every edge's target first. */
function effectivePriorities(ledger: Ledger, slots: readonly number[], edges: ReadonlyMap<number, readonly number[]>): number[] {
  const bySlot = new Map<number, number>();
  return slots.map((slot) => {
    let level: number = ledger.table.priority(slot);
    for (const other of edges.get(slot) ?? []) level = Math.min(level, bySlot.get(other) ?? level);
    if (edges.size > 0) bySlot.set(slot, level);
    return level;
  });
}

/** Appends the members so that always the newest comes that waits for nothing. */
function newestReadyFirst(
  ledger: Ledger,
  members: readonly number[],
  edges: ReadonlyMap<number, readonly number[]>,
  order: ResourceId[],
): void {
  const left = new Set(members);
  const parked = new Map<number, number[]>();
  const place = (slot: number): void => {
    const blocker = (edges.get(slot) ?? []).find((other) => left.has(other));
    if (blocker !== undefined) {
      parked.set(blocker, [...(parked.get(blocker) ?? []), slot]);
      return;
    }
    left.delete(slot);
    order.push(ledger.table.id(slot));
    // Parked newest first, and all of them newer than whatever has not been looked at yet.
    for (const waiting of parked.get(slot) ?? []) place(waiting);
  };
  for (const slot of [...members].reverse()) place(slot);
}
