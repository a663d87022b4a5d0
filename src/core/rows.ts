import type { ErrorCode } from '../kernel/codes.ts';
import type { ResourceId } from '../kernel/ids.ts';
import { aName, anArray, anything, bytes as aSize, checkOptions, invalid, shown } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { Bytes } from '../kernel/units.ts';
import { disposerOf, noDisposer } from './disposal.ts';
import { makeOutcome } from './ending.ts';
import { RefusedError } from './failures.ts';
import { Guard } from './guard.ts';
import type { Kind } from './kind.ts';
import { priorityRule } from './kind.ts';
import type { Ledger } from './ledger.ts';
import type { Entry } from '../kernel/stack.ts';
import { RowRecord } from './record.ts';
import { startRelease } from './release.ts';
import { ReleaseRun } from './run.ts';
import type { RowOwner } from './table.ts';
import type { CleanupPriority, Release, ReleaseReason } from './words.ts';

/** What `after` accepts: guards, of whatever type. */
export interface Ordered {
  readonly id: ResourceId;
}

/** What is particular to one resource; what is common to its sort belongs to the kind. */
export interface RowOptions {
  /** Unique among the registry's resources; accepted wherever an id is. 1 to 256 characters. */
  readonly name?: string;
  /** What it costs, for `status()` and policies. Default 0: not known. */
  readonly bytes?: Bytes;
  /** Default: the kind's. */
  readonly priority?: CleanupPriority;
  /**
   * Guards of the same owner that are to be released before this one, whatever the priorities say. Those of other owners are ignored,
   * those of other registries refused.
   */
  readonly after?: readonly Ordered[];
  /** At most 16 keys and 1 KiB in all. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export const rowRules: Rules = { name: aName, bytes: aSize, priority: priorityRule, after: anArray, metadata: anything };

/** What a registration is about. */
export interface Registration {
  readonly value: unknown;
  readonly kind: Kind;
  readonly release: Release<unknown> | undefined;
  readonly options: RowOptions | undefined;
  /** The public function that was called, for messages and the creation line. */
  readonly where: string;
  readonly entry: Entry;
}

/**
 * Adds a row with a record and returns its slot. Ownership has passed whatever happens: when it throws a RefusedError the release
 * of the value has been begun.
 */
export function addRow(ledger: Ledger, owner: RowOwner, what: Registration): number {
  const { value, kind, release, options } = what;
  if (release === undefined && kind.release === undefined && kind.releaseSync === undefined && disposerOf(value) === undefined)
    throw noDisposer(what.where, value);
  const record = new RowRecord(kind, release);
  if (options !== undefined) checkRow(ledger, owner, what, record);
  if (ledger.table.size >= ledger.options.maxRows) throw exhausted(ledger, owner, what);
  const slot = ledger.add(value, record, owner, what.entry);
  if (slot < 0) throw exhausted(ledger, owner, what);
  if (options !== undefined) applyOptions(ledger, slot, record, options);
  ledger.announce(slot);
  return slot;
}

function checkRow(ledger: Ledger, owner: RowOwner, what: Registration, record: RowRecord): void {
  const { options, where } = what;
  try {
    checkOptions(where, options, rowRules);
    record.metadata = checkedMetadata(ledger, where, options?.metadata);
    record.after = checkedAfter(ledger, where, options?.after);
  } catch (error) {
    const text = error instanceof Error ? error.message.replace(/ \(WT_\w+\)$/, '') : String(error);
    throw refuse(ledger, owner, what, { code: 'WT_INVALID_OPTION', text, reason: 'error', cause: error });
  }
  if (options?.name !== undefined && ledger.names.has(options.name)) {
    const text = `${where}: the name "${options.name}" is taken by another resource of the registry "${ledger.name}"`;
    throw refuse(ledger, owner, what, { code: 'WT_NAME_TAKEN', text, reason: 'error' });
  }
}

function applyOptions(ledger: Ledger, slot: number, record: RowRecord, options: RowOptions): void {
  if (options.name !== undefined) {
    record.name = options.name;
    ledger.names.set(options.name, ledger.table.id(slot));
  }
  if (options.bytes !== undefined) ledger.table.setSize(slot, options.bytes);
  if (options.priority !== undefined) ledger.table.setPriority(slot, options.priority);
  if (record.after !== undefined) ledger.table.ownerOf(slot).ordered = true;
}

function checkedMetadata(ledger: Ledger, where: string, metadata: RowOptions['metadata']): RowOptions['metadata'] {
  if (metadata === undefined) return undefined;
  if (typeof metadata !== 'object' || metadata === null)
    throw invalid(where, `\`metadata\` must be an object of strings, got ${shown(metadata)}`);
  const entries = Object.entries(metadata);
  const { maxMetadataKeys, maxMetadataBytes } = ledger.options;
  let size = 0;
  for (const [key, value] of entries) {
    if (typeof value !== 'string') throw invalid(where, `\`metadata.${key}\` must be a string, got ${shown(value)}`);
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (entries.length > maxMetadataKeys)
    throw invalid(where, `\`metadata\` must have at most ${maxMetadataKeys} keys, got ${entries.length}`);
  if (size > maxMetadataBytes)
    throw invalid(where, `\`metadata\` must have at most ${maxMetadataBytes} bytes in all, got ${size}`);
  return Object.freeze(Object.fromEntries(entries));
}

function checkedAfter(ledger: Ledger, where: string, after: RowOptions['after']): readonly ResourceId[] | undefined {
  if (after === undefined || after.length === 0) return undefined;
  return after.map((guard, index) => {
    if (!(guard instanceof Guard)) throw invalid(where, `\`after[${index}]\` must be a guard, got ${shown(guard)}`);
    // An id of another registry may well be the one of a row here.
    if (!guard.isOf(ledger)) throw invalid(where, `\`after[${index}]\` is a guard of a registry other than "${ledger.name}"`);
    return guard.id;
  });
}

interface Refusal {
  readonly code: ErrorCode;
  readonly text: string;
  readonly reason: ReleaseReason;
  readonly cause?: unknown;
}

function exhausted(ledger: Ledger, owner: RowOwner, what: Registration): RefusedError {
  const text = `${what.where}: the registry "${ledger.name}" holds ${ledger.table.size} resources, its bound \`maxRows\` is ${ledger.options.maxRows}`;
  return refuse(ledger, owner, what, { code: 'WT_RESOURCE_EXHAUSTED', text, reason: 'error' });
}

/** For an owner that is closing or closed. */
export function refuseLate(ledger: Ledger, owner: RowOwner, what: Registration, whose: string): RefusedError {
  const text = `${what.where}: ${whose} is closing or closed; what was handed over is being released`;
  return refuse(ledger, owner, what, { code: 'WT_SHUTTING_DOWN', text, reason: 'late' });
}

/** Begins the release of what was handed over. Its row stands in the table until then, also beyond the bound. */
function refuse(ledger: Ledger, owner: RowOwner, what: Registration, why: Refusal): RefusedError {
  ledger.counts.refused += 1;
  const record = new RowRecord(what.kind, what.release);
  const slot = ledger.add(what.value, record, owner, what.entry);
  ledger.announce(slot);
  const started = startRelease(ledger, slot, why.reason, why.cause);
  if (started instanceof ReleaseRun) return new RefusedError(why.code, why.text, record.ending, why.cause);
  const released =
    started ?? makeOutcome(ledger.table.id(slot), record, 'released', { reason: why.reason, attempts: 1, durationMs: 0 });
  return new RefusedError(why.code, why.text, released, why.cause);
}
