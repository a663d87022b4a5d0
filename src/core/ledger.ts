import { briefOf } from '../kernel/brief.ts';
import type { CoarseClock, Clock, TimingWheel } from '../kernel/clock/index.ts';
import type { ResourceId } from '../kernel/ids.ts';
import { callerOf } from '../kernel/stack.ts';
import type { Entry } from '../kernel/stack.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { Counts } from './counts.ts';
import { Deadlines } from './deadlines.ts';
import { EventHub } from './event-hub.ts';
import type { EventHubOptions } from './event-hub.ts';
import type { ResourceEvent } from './events.ts';
import type { Kind } from './kind.ts';
import { RowRecord } from './record.ts';
import type { RowHow, TimedWork } from './record.ts';
import { ResourceTable } from './table.ts';
import type { RowOwner } from './table.ts';
import { timeOf } from './time.ts';
import type { VerifyReleases } from './verify-words.ts';
import type { ReleaseReason } from './words.ts';

export interface LedgerOptions extends EventHubOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly maxRows: number;
  readonly maxMetadataKeys: number;
  readonly maxMetadataBytes: number;
  readonly verifyReleases: VerifyReleases;
  readonly scopeKind: Kind;
}

/** Whoever releases rows by age, idleness or pressure. */
export interface RowWatch {
  /** A row with a limit was added, at this time of the table. */
  added(slot: number, kind: Kind, nowMs: number): void;
  /** The last task that used some row is done. */
  unpinned(): void;
  /** The limits that hold for rows of a kind; 0: none. */
  limitsOf(kind: Kind): { readonly lifetimeMs: Milliseconds; readonly idleMs: Milliseconds };
  /** Nothing is released any more. */
  stop(): void;
}

/** What an event says beyond the row itself. */
export interface EventDetail {
  readonly reason?: ReleaseReason;
  readonly attempts?: number;
  readonly durationMs?: Milliseconds;
  readonly error?: unknown;
  readonly repeated?: boolean;
}

/** A registry's state, shared by everything that works on it: registry, guards, scopes, releases. */
export class Ledger {
  readonly name: string;
  readonly clock: Clock;
  readonly coarse: CoarseClock;
  readonly wheel: TimingWheel;
  readonly table: ResourceTable = new ResourceTable();
  readonly counts: Counts = new Counts();
  readonly hub: EventHub;
  readonly names: Map<string, ResourceId> = new Map();
  readonly options: LedgerOptions;
  readonly scopeKind: Kind;
  phase: 'open' | 'closing' | 'closed' = 'open';
  watch: RowWatch | undefined = undefined;
  /** The watch has limits for rows of every kind. */
  timesAll = false;
  /** Called by the wheel with the slot of a row whose release waits for a time. */
  readonly onTime: (slot: number) => void = (slot) => this.#workAt(slot)?.onTime();
  /** Of releases, in place of the wheel's while they are young. */
  readonly deadlines: Deadlines;

  constructor(options: LedgerOptions) {
    const time = timeOf(options.clock);
    this.name = options.name;
    this.clock = options.clock;
    this.coarse = time.coarse;
    this.wheel = time.wheel;
    this.deadlines = new Deadlines(options.clock, this.table.slots, (slot) => this.#workAt(slot)?.setDeadline());
    this.hub = new EventHub(options);
    this.options = options;
    this.scopeKind = options.scopeKind;
  }

  #workAt(slot: number): TimedWork | undefined {
    const how = this.table.hows[slot];
    if (how instanceof RowRecord) return how.timer;
    // What is neither a record nor a kind is a release that runs.
    return how === undefined || how === how.kind ? undefined : (how as RowHow & TimedWork);
  }

  /** Adds a live row and tells of it. -1 when the table can grow no more. `entry`: see `callerOf`. */
  add(value: unknown, how: Kind | RowRecord, owner: RowOwner, entry: Entry): number {
    const now = this.coarse.now();
    const slot = this.table.add(value, how, owner, now);
    if (slot < 0) return slot;
    this.counts.registered += 1;
    const kind = how.kind;
    if (kind.isTimed || this.timesAll) this.watch?.added(slot, kind, now);
    if (kind.stack !== 'off' && (kind.sampledAt !== now || kind.stack === 'always')) this.#remember(slot, kind, now, entry);
    return slot;
  }

  /** Tells that a row was added: its name, bytes and metadata are in place. */
  announce(slot: number): void {
    if (this.hub.loud) this.emit('registered', slot, {});
  }

  #remember(slot: number, kind: Kind, now: number, entry: Entry): void {
    kind.sampledAt = now;
    this.ensureRecord(slot, kind).createdAt = callerOf(kind.entry ?? entry);
  }

  /** Milliseconds since an arbitrary start: read from the clock, or remembered (to 20 ms). */
  elapsed(exact: boolean): Milliseconds {
    return exact ? this.coarse.exactNow() : this.coarse.now();
  }

  recordAt(slot: number): RowRecord | undefined {
    const how = this.table.hows[slot];
    return how instanceof RowRecord ? how : undefined;
  }

  ensureRecord(slot: number, kind: Kind): RowRecord {
    const how = this.table.hows[slot];
    if (how instanceof RowRecord) return how;
    const record = new RowRecord(kind, undefined);
    // A release that runs gives up its place; it is found through the record then.
    if (how !== undefined && how !== how.kind) record.timer = how as RowHow & TimedWork;
    this.table.hows[slot] = record;
    return record;
  }

  /** Takes a row out, with its name. */
  remove(slot: number, record: RowRecord | undefined): void {
    if (record !== undefined && record.name !== null && this.names.get(record.name) === this.table.id(slot))
      this.names.delete(record.name);
    this.table.remove(slot);
  }

  emit(kind: ResourceEvent['kind'], slot: number, detail: EventDetail): void {
    this.hub.emit(this.eventOf(kind, slot, detail), this.table.values[slot]);
  }

  eventOf(kind: ResourceEvent['kind'], slot: number, detail: EventDetail): ResourceEvent {
    const table = this.table;
    const record = this.recordAt(slot);
    const owner = table.ownerOf(slot).slot;
    return {
      kind,
      atMs: this.coarse.toEpoch(this.coarse.now()),
      registry: this.name,
      id: table.id(slot),
      type: table.hows[slot]?.kind.type ?? 'custom',
      name: record?.name ?? null,
      owner: owner < 0 ? null : table.id(owner),
      createdAt: record?.createdAt ?? null,
      bytes: table.sizeOf(slot),
      reason: detail.reason ?? null,
      attempts: detail.attempts ?? 0,
      durationMs: detail.durationMs ?? null,
      error: detail.error === undefined ? null : briefOf(detail.error),
      repeated: detail.repeated ?? false,
    };
  }
}
