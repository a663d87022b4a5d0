import { thrownError } from './call.ts';
import { endBadly, endReleased, makeOutcome } from './ending.ts';
import type { Ledger } from './ledger.ts';
import { rowState } from './table.ts';
import { disposableKind } from './disposal.ts';
import type { ReleaseOutcome, ReleaseReason } from './words.ts';

/** Releases a row synchronously, whatever its state. Never throws. */
export function releaseNow(
  ledger: Ledger,
  slot: number,
  releaseSync: (value: unknown) => void,
  reason: ReleaseReason,
): ReleaseOutcome {
  const { table } = ledger;
  const record = ledger.ensureRecord(slot, table.hows[slot]?.kind ?? disposableKind);
  const running = record.timer;
  record.timer = undefined;
  const attempts = record.attempts + 1;
  record.attempts = attempts;
  table.setState(slot, rowState.releasing);
  if (ledger.hub.loud) ledger.emit('releasing', slot, { reason, attempts });
  const id = table.id(slot);
  let outcome: ReleaseOutcome | undefined;
  try {
    releaseSync(table.values[slot]);
    outcome = endReleased(ledger, slot, record, { reason, attempts, durationMs: 0 });
  } catch (thrown) {
    outcome = endBadly(ledger, slot, 'failed', { reason, attempts, durationMs: 0, error: thrownError(thrown) });
  }
  running?.cut();
  return outcome ?? makeOutcome(id, record, 'released', { reason, attempts, durationMs: 0 });
}
