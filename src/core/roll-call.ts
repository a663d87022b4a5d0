import { rollCallChannel } from '../kernel/channels.ts';
import { rows } from './info.ts';
import type { Ledger } from './ledger.ts';

const ledgers: Set<WeakRef<Ledger>> = new Set();
let subscribed = false;

/** From now on the registry answers a roll-call: it tells its rows again, on the channel alone, marked `repeated`. */
export function answerRollCall(ledger: Ledger): void {
  for (const reference of ledgers) if (reference.deref() === undefined) ledgers.delete(reference);
  ledgers.add(new WeakRef(ledger));
  if (subscribed) return;
  subscribed = true;
  rollCallChannel.subscribe(tellAll);
}

/** A subscriber that throws ends the process, so this one must not. */
function tellAll(): void {
  for (const reference of ledgers) {
    const ledger = reference.deref();
    if (ledger === undefined) continue;
    try {
      tell(ledger);
    } catch (error) {
      ledger.hub.logger.error({ error }, 'the roll-call of resources failed');
    }
  }
}

function tell(ledger: Ledger): void {
  for (const slot of Array.from(rows(ledger)))
    ledger.hub.publish(ledger.eventOf('registered', slot, { repeated: true }), ledger.table.values[slot]);
}
