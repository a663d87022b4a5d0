import { isPromiseLike } from '../kernel/listeners.ts';
import type { MaybePromise } from '../kernel/units.ts';
import { CallContext, callDefault, callRelease, thrownError } from './call.ts';
import { endBadly, endReleased } from './ending.ts';
import type { Kind } from './kind.ts';
import type { Ledger } from './ledger.ts';
import { ReleaseRun } from './run.ts';
import type { RunWhy } from './run.ts';
import { rowState } from './table.ts';
import type { ReleaseOutcome, ReleaseReason } from './words.ts';

/** Released, and nobody can ask how; or how it ended; or what still runs. */
export type Started = undefined | ReleaseOutcome | ReleaseRun;

/**
 * Begins the release of a row that is live, failed, abandoned or (idempotent kinds) timed out. Everything that is synchronous has
 * happened when it returns.
 */
export function startRelease(ledger: Ledger, slot: number, reason: ReleaseReason, error: unknown): Started {
  const { table } = ledger;
  const how = table.hows[slot];
  if (how === undefined) return undefined;
  const { kind } = how;
  const record = how === kind ? undefined : ledger.recordAt(slot);
  table.setState(slot, rowState.releasing);
  if (ledger.hub.loud) ledger.emit('releasing', slot, { reason, attempts: 1 });
  if (record !== undefined && record.pins > 0) return new ReleaseRun(ledger, slot, { kind, reason, error }).waitForUsers();
  const value = table.values[slot];
  let context: CallContext | undefined;
  let result: MaybePromise<void>;
  try {
    if (record?.release !== undefined || (kind.release !== undefined && !kind.ignoresContext)) {
      context = new CallContext(reason, error, 1);
      result = callRelease(kind, record?.release, value, context);
    } else result = callDefault(kind, value);
  } catch (thrown) {
    return threw(ledger, slot, { kind, reason, error }, thrownError(thrown));
  }
  if (result !== undefined && isPromiseLike(result))
    return new ReleaseRun(ledger, slot, { kind, reason, error }).follow(result, context);
  if (kind.probe !== undefined) return probed(ledger, slot, { kind, reason, error });
  return returned(ledger, slot, kind, reason);
}

function returned(ledger: Ledger, slot: number, kind: Kind, reason: ReleaseReason): ReleaseOutcome | undefined {
  // Looked up again: asking for the outcome from inside the release gives the row a record.
  if (ledger.table.hows[slot] !== kind || ledger.hub.loud)
    return endReleased(ledger, slot, ledger.recordAt(slot), { reason, attempts: 1, durationMs: 0 });
  ledger.counts.released += 1;
  ledger.table.remove(slot);
  return undefined;
}

function threw(ledger: Ledger, slot: number, why: RunWhy, error: unknown): Started {
  if (why.kind.retry.attempts > 1) return new ReleaseRun(ledger, slot, why).followFailure(error);
  return endBadly(ledger, slot, 'failed', { reason: why.reason, attempts: 1, durationMs: 0, error });
}

function probed(ledger: Ledger, slot: number, why: RunWhy): Started {
  const record = ledger.ensureRecord(slot, why.kind);
  // Not the record's own outcome: that stays the first one, also when this is a second release after a failure.
  let latest: ReleaseOutcome | undefined;
  record.whenEnded((outcome) => {
    latest = outcome;
  });
  const run = new ReleaseRun(ledger, slot, why).followProbe();
  return run.over ? latest : run;
}
