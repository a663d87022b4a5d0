import type { ResourceId } from '../kernel/ids.ts';
import type { Kind } from './kind.ts';
import type { Ledger } from './ledger.ts';
import { rowState } from './table.ts';

/** One guard in so many is watched when the kind says `sampled`: an entry costs 0.2 µs and 70 bytes. */
const sampledOneIn = 64;

interface Watched {
  readonly ledger: Ledger;
  readonly id: ResourceId;
}

let finalizers: FinalizationRegistry<Watched> | undefined;

/**
 * Has it reported when a guard (or the handle of a scope) is collected while its row is live: the row is marked and `leaked` is
 * emitted, once. Nothing is released: the value may well be in use by someone who took it out of the guard.
 */
export function watchForDrop(holder: WeakKey, ledger: Ledger, slot: number, kind: Kind): void {
  if (kind.finalizer === 'off') return;
  kind.sinceFinalized += 1;
  if (kind.finalizer === 'sampled' && kind.sinceFinalized % sampledOneIn !== 1) return;
  finalizers ??= new FinalizationRegistry(dropped);
  finalizers.register(holder, { ledger, id: ledger.table.id(slot) });
}

function dropped({ ledger, id }: Watched): void {
  const slot = ledger.table.find(id);
  if (slot < 0 || ledger.table.state(slot) !== rowState.live || ledger.table.isLeaked(slot)) return;
  ledger.table.setLeaked(slot);
  ledger.counts.leaked += 1;
  if (ledger.hub.loud) ledger.emit('leaked', slot, {});
}
