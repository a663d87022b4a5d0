import type { ResourceId } from '../kernel/ids.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { Kind } from './kind.ts';
import type { Ledger } from './ledger.ts';
import type { PolicySettings } from './policy-options.ts';
import { PolicyReleases, hindranceOf, isPickable, predecessorsOf } from './policy-releases.ts';
import type { Hindrance, Pick } from './policy-releases.ts';
import { rowState, timeStepMs } from './table.ts';

/** The limits that hold for a row; 0: none. */
export interface Limits {
  readonly lifetimeMs: Milliseconds;
  readonly idleMs: Milliseconds;
}

const gapShare = 1 / 32;
const shortestGapMs: Milliseconds = 20;
const longestGapMs: Milliseconds = 60_000;
/** Looking takes at most one part in so many of the time. */
const costFactor = 50;

const none: Limits = Object.freeze({ lifetimeMs: 0, idleMs: 0 });
const limited = (ms: Milliseconds): boolean => ms > 0 && ms < Infinity;

/**
 * Releases rows that have become too old, or were not used for too long. One entry of the wheel, set for the row that is due first
 * and there only while some row has a limit; then one look at all rows finds those that are due and when the next one is.
 */
export class AgePolicy {
  readonly #ledger: Ledger;
  readonly #settings: PolicySettings;
  readonly #releases: PolicyReleases;
  readonly #onTime: () => void = () => this.#look();
  #handle = -1;
  #wakeAt = Infinity;
  #lookedAt = -Infinity;
  #lookTookMs = 0;
  #shortestLimitMs = Infinity;
  /** A row is due and in use. */
  #waitsForUsers = false;
  /** Rows that must be released before others that are due. */
  readonly #awaited: Set<ResourceId> = new Set();
  /** It was time to look while the last ones waited for their turn. */
  #missed = false;
  #stopped = false;
  #lastKind: Kind | undefined = undefined;
  #lastLifetimeMs = Infinity;
  #lastIdleMs = Infinity;

  constructor(ledger: Ledger, settings: PolicySettings, concurrency: number) {
    this.#ledger = ledger;
    this.#settings = settings;
    this.#releases = new PolicyReleases(ledger, concurrency, {
      onSkipped: (slot, hindrance) => this.#skipped(slot, hindrance),
      onDrained: () => this.#drained(),
    });
    ledger.table.onNoneTimed = () => this.#sleep();
    this.#takeUp();
  }

  limitsOf(kind: Kind): Limits {
    const { enabled, maxLifetimeMs, maxIdleMs } = this.#settings;
    if (!enabled || kind.essential || kind.isScope) return none;
    const { lifetimeMs = maxLifetimeMs, idleMs = maxIdleMs } = kind.limits;
    return { lifetimeMs, idleMs };
  }

  added(slot: number, kind: Kind, nowMs: number): void {
    const limit = this.#shorterLimit(kind);
    if (limit === Infinity) return;
    this.#ledger.table.setTimed(slot, true);
    this.#wakeFor(nowMs + timeStepMs + limit);
  }

  /** Of the two limits; Infinity: none. Remembered for the kind that was asked about last: it mostly is the next one, too. */
  #shorterLimit(kind: Kind): Milliseconds {
    if (kind !== this.#lastKind) {
      const { lifetimeMs, idleMs } = this.limitsOf(kind);
      this.#lastKind = kind;
      this.#lastLifetimeMs = limited(lifetimeMs) ? lifetimeMs : Infinity;
      this.#lastIdleMs = limited(idleMs) ? idleMs : Infinity;
      this.#shortestLimitMs = Math.min(this.#shortestLimitMs, this.#lastLifetimeMs, this.#lastIdleMs);
    }
    return Math.min(this.#lastLifetimeMs, this.#lastIdleMs);
  }

  unpinned(): void {
    if (!this.#waitsForUsers) return;
    this.#waitsForUsers = false;
    this.#wakeFor(this.#ledger.coarse.now());
  }

  stop(): void {
    this.#stopped = true;
    this.#releases.stop();
    this.#sleep();
  }

  /** Rows that are there already get the limits of this policy. */
  #takeUp(): void {
    const { table, coarse } = this.#ledger;
    for (let slot = 0; slot < table.slots.used; slot += 1) {
      const kind = table.hows[slot]?.kind;
      if (kind === undefined) continue;
      table.setTimed(slot, false);
      if (isPickable(this.#ledger, slot)) this.added(slot, kind, coarse.now());
    }
    if (table.timed > 0) this.#wakeFor(coarse.now());
  }

  #sleep(): void {
    if (this.#handle >= 0) this.#ledger.wheel.cancel(this.#handle);
    this.#handle = -1;
    this.#wakeAt = Infinity;
  }

  #gapMs(): Milliseconds {
    const share = Math.min(longestGapMs, Math.max(shortestGapMs, this.#shortestLimitMs * gapShare));
    return Math.max(this.#settings.intervalMs ?? share, this.#lookTookMs * costFactor);
  }

  #wakeFor(dueMs: number): void {
    if (dueMs >= this.#wakeAt || this.#stopped) return;
    const at = Math.max(dueMs, this.#lookedAt + this.#gapMs());
    if (at >= this.#wakeAt) return;
    this.#sleep();
    this.#wakeAt = at;
    this.#handle = this.#ledger.wheel.set(at - this.#ledger.coarse.now(), this.#onTime, 0);
  }

  #look(): void {
    this.#handle = -1;
    this.#wakeAt = Infinity;
    if (this.#stopped) return;
    // What was found last time is still being released: `#drained` looks again.
    this.#missed = this.#releases.busy;
    if (this.#missed) return;
    const { coarse, clock } = this.#ledger;
    const startedMs = clock.monotonic();
    this.#lookedAt = coarse.exactNow();
    const picks: Pick[] = [];
    const next = this.#find(this.#lookedAt, picks);
    this.#lookTookMs = clock.monotonic() - startedMs;
    if (next < Infinity) this.#wakeFor(next);
    if (picks.length > 0) this.#releases.begin(this.#ordered(picks));
  }

  /** Collects what is due, and returns when the next one is. */
  #find(nowMs: number, picks: Pick[]): number {
    const { table } = this.#ledger;
    let next = Infinity;
    for (let slot = 0; slot < table.slots.used; slot += 1) {
      // Scopes and essential rows have no limit.
      if (!table.isTimed(slot) || table.state(slot) !== rowState.live) continue;
      const kind = table.hows[slot]?.kind;
      if (kind === undefined || this.#shorterLimit(kind) === Infinity) continue;
      const old = table.createdMs(slot) + timeStepMs + this.#lastLifetimeMs;
      const due = this.#lastIdleMs === Infinity ? old : Math.min(old, table.touchedMs(slot) + timeStepMs + this.#lastIdleMs);
      if (due > nowMs) next = Math.min(next, due);
      else if (hindranceOf(this.#ledger, slot) === 'in use') this.#waitsForUsers = true;
      else picks.push({ id: table.id(slot), reason: old <= nowMs ? 'lifetime' : 'idle' });
    }
    return next;
  }

  /** Higher priorities first, and the youngest first: what was made later may need what was there before. */
  #ordered(picks: readonly Pick[]): readonly Pick[] {
    const { table } = this.#ledger;
    return picks
      .map((pick) => {
        const slot = table.find(pick.id);
        return { pick, priority: table.priority(slot), createdMs: table.createdMs(slot) };
      })
      .sort((a, b) => b.priority - a.priority || b.createdMs - a.createdMs)
      .map(({ pick }) => pick);
  }

  #skipped(slot: number, hindrance: Hindrance): void {
    if (hindrance === 'in use') this.#waitsForUsers = true;
    else for (const id of predecessorsOf(this.#ledger, slot)) this.#await(id);
  }

  /** Looks again when the release of this row has ended, however. */
  #await(id: ResourceId): void {
    const { table, coarse } = this.#ledger;
    const slot = table.find(id);
    const kind = table.hows[slot]?.kind;
    if (kind === undefined || this.#awaited.has(id)) return;
    this.#awaited.add(id);
    this.#ledger.ensureRecord(slot, kind).whenEnded(() => {
      this.#awaited.delete(id);
      this.#wakeFor(coarse.now());
    });
  }

  #drained(): void {
    if (this.#missed) this.#wakeFor(this.#ledger.coarse.now());
    this.#missed = false;
  }
}
