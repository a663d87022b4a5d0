import { slotOf } from '../kernel/ids.ts';
import type { ResourceId } from '../kernel/ids.ts';
import { anything, checkOptions, milliseconds } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import type { BackgroundQueue } from './background.ts';
import { Closing } from './closing.ts';
import { syncDisposerOf } from './disposal.ts';
import { matcher } from './info.ts';
import type { ResourceFilter } from './info.ts';
import type { Ledger } from './ledger.ts';
import { releaseOrder } from './order.ts';
import { releaseNow } from './release-now.ts';
import { PickedRows } from './sources.ts';
import { rowState } from './table.ts';
import type { RowOwner } from './table.ts';
import type { TargetShutdownOptions } from './shutdown-target.ts';
import type { CloseReport, ReleaseAllOptions, ReleaseReason } from './words.ts';

export const defaultGraceMs: Milliseconds = 10_000;

const releaseAllRules: Rules = { reason: anything, error: anything, deadlineMs: milliseconds };
const shutdownRules: Rules = { graceMs: milliseconds, reason: anything };

export function releaseMany(
  ledger: Ledger,
  filter: ResourceFilter | undefined,
  options: ReleaseAllOptions,
): MaybePromise<CloseReport> {
  checkOptions('releaseAll', options, releaseAllRules);
  const ids: ResourceId[] = [];
  pick(ledger, ledger.table.root, matcher(ledger, 'releaseAll', filter), ids);
  const { reason = 'requested', error, deadlineMs = 0 } = options;
  return new Closing(ledger, new PickedRows(ledger, ids), { reason, error, deadlineMs, again: true, exact: true }).run();
}

/** In the order of release: a scope that does not match itself is looked into, in its place. */
function pick(ledger: Ledger, owner: RowOwner, matches: (slot: number) => boolean, ids: ResourceId[]): void {
  for (const id of releaseOrder(ledger, owner)) {
    const slot = slotOf(id);
    if (matches(slot)) ids.push(id);
    // A scope's value is the owner of its rows.
    else if (ledger.table.hows[slot]?.kind.isScope === true) pick(ledger, ledger.table.values[slot] as RowOwner, matches, ids);
  }
}

/** Refuses registrations, hurries the queue, releases all, within the grace period. */
export async function shutDown(ledger: Ledger, queue: BackgroundQueue, options: TargetShutdownOptions): Promise<CloseReport> {
  checkOptions('shutdown', options, shutdownRules);
  const { graceMs = defaultGraceMs, reason = 'shutdown' } = options;
  ledger.phase = 'closing';
  ledger.watch?.stop();
  const startedMs = ledger.clock.monotonic();
  const queueClosed = queue.close(graceMs / 2);
  if (queueClosed !== undefined) await queueClosed;
  const left = Math.max(1, graceMs - (ledger.clock.monotonic() - startedMs));
  const all = (): ResourceId[] => releaseOrder(ledger, ledger.table.root);
  const report = await new Closing(ledger, new PickedRows(ledger, all(), all), {
    reason,
    error: undefined,
    deadlineMs: left,
    exact: true,
  }).run();
  ledger.phase = 'closed';
  const durationMs = ledger.clock.monotonic() - startedMs;
  const { ok, released, problems } = report;
  if (ledger.hub.loud) {
    const atMs = ledger.clock.now();
    ledger.hub.emit(
      { kind: 'shutdown', atMs, registry: ledger.name, ok, released, problems: problems.length, durationMs },
      undefined,
    );
  }
  return { ok, released, durationMs, problems };
}

/** Everything that can be released at once, of all owners, in order; whatever its state, since nothing asynchronous runs any more. */
export function releaseSyncAll(ledger: Ledger, reason: ReleaseReason): void {
  ledger.phase = 'closed';
  ledger.watch?.stop();
  releaseSyncOf(ledger, ledger.table.root, reason);
}

function releaseSyncOf(ledger: Ledger, owner: RowOwner, reason: ReleaseReason): void {
  const { table } = ledger;
  for (const id of releaseOrder(ledger, owner)) {
    const slot = table.find(id);
    const kind = slot < 0 ? undefined : table.hows[slot]?.kind;
    if (kind === undefined) continue;
    if (kind.isScope) releaseSyncOf(ledger, table.values[slot] as RowOwner, reason);
    else if (kind.releaseSync !== undefined) releaseNow(ledger, slot, kind.releaseSync, reason);
    else if (kind.ignoresContext && table.state(slot) === rowState.live) {
      const value = table.values[slot];
      const dispose = syncDisposerOf(value);
      if (dispose !== undefined) releaseNow(ledger, slot, () => dispose.call(value), reason);
    }
  }
}
