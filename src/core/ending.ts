import type { ResourceId } from '../kernel/ids.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { disposableKind } from './disposal.ts';
import type { Ledger } from './ledger.ts';
import type { RowRecord } from './record.ts';
import { rowState } from './table.ts';
import type { RowState } from './table.ts';
import type { ReleaseOutcome, ReleaseReason, Verification } from './words.ts';

/** How a release went. */
export interface Ending {
  readonly reason: ReleaseReason;
  readonly attempts: number;
  readonly durationMs: Milliseconds;
  readonly error?: unknown;
  readonly verified?: Verification | undefined;
}

/** Takes a released row out of the table. Returns its outcome where somebody could ask for it, that is, where it has a record. */
export function endReleased(
  ledger: Ledger,
  slot: number,
  record: RowRecord | undefined,
  ending: Ending,
): ReleaseOutcome | undefined {
  ledger.counts.released += 1;
  const event = ledger.hub.loud ? ledger.eventOf('released', slot, ending) : undefined;
  const value = ledger.table.values[slot];
  const outcome = record === undefined ? undefined : makeOutcome(ledger.table.id(slot), record, 'released', ending);
  ledger.remove(slot, record);
  if (event !== undefined) ledger.hub.emit(event, value);
  if (outcome !== undefined) record?.settle(outcome);
  return outcome;
}

type Problem = 'failed' | 'timed-out' | 'abandoned';
const problemStates: Readonly<Record<Problem, RowState>> = {
  failed: rowState.failed,
  'timed-out': rowState.timedOut,
  abandoned: rowState.abandoned,
};

const problemCounts = { failed: 'failed', 'timed-out': 'timedOut', abandoned: 'abandoned' } as const;

/** Leaves the row in the table, where its state, attempts and error stay visible. */
export function endBadly(ledger: Ledger, slot: number, result: Problem, ending: Ending): ReleaseOutcome {
  ledger.counts[problemCounts[result]] += 1;
  const record = ledger.ensureRecord(slot, ledger.table.hows[slot]?.kind ?? disposableKind);
  record.attempts = ending.attempts;
  record.lastError = ending.error;
  ledger.table.setState(slot, problemStates[result]);
  const outcome = makeOutcome(ledger.table.id(slot), record, result, ending);
  if (ledger.hub.loud) ledger.emit(result, slot, ending);
  record.settle(outcome);
  return outcome;
}

export function makeOutcome(id: ResourceId, record: RowRecord, result: ReleaseOutcome['result'], ending: Ending): ReleaseOutcome {
  const { reason, attempts, durationMs, error, verified } = ending;
  return {
    id,
    name: record.name,
    type: record.kind.type,
    result,
    reason,
    attempts,
    durationMs,
    ...(error === undefined ? undefined : { error }),
    ...(record.createdAt === undefined ? undefined : { createdAt: record.createdAt }),
    ...(verified === undefined ? undefined : { verified }),
  };
}
