import { adoptedKind } from './disposal.ts';
import { watchForDrop } from './finalizer.ts';
import { Guard, SyncGuard } from './guard.ts';
import type { ResourceGuard } from './guard.ts';
import type { Ledger } from './ledger.ts';

/** The guard of a row that `addRow` made. */
export function guardAt<T>(ledger: Ledger, slot: number): ResourceGuard<T> {
  const kind = ledger.table.hows[slot]?.kind ?? adoptedKind;
  const record = ledger.ensureRecord(slot, kind);
  const guard = kind.releaseSync === undefined ? new Guard<T>(ledger, slot, record) : new SyncGuard<T>(ledger, slot, record);
  if (kind.finalizer !== 'off') watchForDrop(guard, ledger, slot, kind);
  return guard;
}
