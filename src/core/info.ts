import type { ResourceId } from '../kernel/ids.ts';
import { aName, checkOptions, milliseconds, oneOf } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { priorityRule, typeRule } from './kind.ts';
import type { Ledger } from './ledger.ts';
import { rowState } from './table.ts';
import type { CleanupPriority, ResourceInfo, ResourceState, ResourceType } from './words.ts';

/** Which resources are meant; every member that is given must match. */
export interface ResourceFilter {
  readonly type?: ResourceType;
  readonly state?: Exclude<ResourceState, 'released' | 'detached'>;
  /** Id or name of the owning scope; null: those the registry itself owns. */
  readonly owner?: ResourceId | string | null;
  readonly name?: string;
  readonly priority?: CleanupPriority;
  /** Registered at least so long ago, to 20 ms. */
  readonly olderThanMs?: Milliseconds;
}

const filterRules: Rules = {
  type: typeRule,
  state: oneOf('live', 'releasing', 'failed', 'timed-out', 'abandoned'),
  owner: {
    expected: 'the id or name of a scope, or null',
    accepts: (value) => value === null || ['string', 'number'].includes(typeof value),
  },
  name: aName,
  priority: priorityRule,
  olderThanMs: milliseconds,
};

const noLimits = Object.freeze({ lifetimeMs: 0, idleMs: 0 });
const noRecord = { name: null, createdAt: undefined, metadata: undefined, attempts: 0, lastError: undefined, pins: 0 } as const;
const noMetadata: Readonly<Record<string, string>> = Object.freeze({});

/** The slot that an id or a name stands for, or -1. */
export function slotFor(ledger: Ledger, which: ResourceId | string): number {
  const id = typeof which === 'string' ? ledger.names.get(which) : which;
  return id === undefined || !Number.isSafeInteger(id) || id < 0 ? -1 : ledger.table.find(id);
}

/** A test for rows. Throws WT_INVALID_OPTION. */
export function matcher(ledger: Ledger, where: string, filter: ResourceFilter | undefined): (slot: number) => boolean {
  checkOptions(where, filter, filterRules);
  if (filter === undefined) return () => true;
  const { type, state, name, priority, olderThanMs } = filter;
  const { table } = ledger;
  const owner = filter.owner === undefined || filter.owner === null ? -1 : slotFor(ledger, filter.owner);
  const noSuchOwner = owner < 0 && filter.owner !== undefined && filter.owner !== null;
  const before = olderThanMs === undefined ? Infinity : ledger.coarse.now() - olderThanMs;
  return (slot) =>
    (type === undefined || table.hows[slot]?.kind.type === type) &&
    (state === undefined || table.stateName(slot) === state) &&
    (filter.owner === undefined || (!noSuchOwner && table.ownerOf(slot).slot === owner)) &&
    (name === undefined || ledger.recordAt(slot)?.name === name) &&
    (priority === undefined || table.priority(slot) === priority) &&
    table.createdMs(slot) <= before;
}

/** Every row's slot, of all owners. Rows that are added meanwhile may or may not be among them. */
export function* rows(ledger: Ledger): IterableIterator<number> {
  const { table } = ledger;
  for (let slot = 0; slot < table.slots.used; slot += 1) if (table.state(slot) !== rowState.free) yield slot;
}

export function infoOf(ledger: Ledger, slot: number): ResourceInfo {
  const { table, coarse } = ledger;
  const kind = table.hows[slot]?.kind ?? ledger.scopeKind;
  const record = ledger.recordAt(slot) ?? noRecord;
  const owner = table.ownerOf(slot).slot;
  const limits = ledger.watch?.limitsOf(kind) ?? noLimits;
  return {
    id: table.id(slot),
    name: record.name,
    type: kind.type,
    state: table.stateName(slot),
    owner: owner < 0 ? null : table.id(owner),
    priority: table.priority(slot),
    essential: kind.essential,
    bytes: table.sizeOf(slot),
    registeredAtMs: coarse.toEpoch(table.createdMs(slot)),
    lastUsedAtMs: coarse.toEpoch(table.touchedMs(slot)),
    maxLifetimeMs: limits.lifetimeMs,
    maxIdleMs: limits.idleMs,
    createdAt: record.createdAt ?? null,
    metadata: record.metadata ?? noMetadata,
    attempts: record.attempts,
    lastError: record.lastError,
    leaked: table.isLeaked(slot),
    pins: record.pins,
  };
}
