import type { Bytes, Milliseconds } from '../kernel/units.ts';
import { durationBoundsMs } from './counts.ts';
import { rows } from './info.ts';
import type { Ledger } from './ledger.ts';
import type { QueueHealth } from './queue.ts';
import type { QueueMetrics } from './queue-metrics.ts';
import { rowState } from './table.ts';
import type { RowState } from './table.ts';
import type { ResourceState, ResourceType } from './words.ts';

/** What a registry holds of one type. */
export interface TypeStatus {
  readonly count: number;
  readonly bytes: Bytes;
}

/** What a registry holds now. Plain data. */
export interface RegistryStatus {
  readonly name: string;
  readonly state: 'open' | 'closing' | 'closed';
  /** Resources of every state that have not ended; scopes are among them. */
  readonly count: number;
  /** The bound on them. */
  readonly maxRows: number;
  readonly bytes: Bytes;
  readonly byState: Readonly<Record<Exclude<ResourceState, 'released' | 'detached'>, number>>;
  readonly byType: Readonly<Partial<Record<ResourceType, TypeStatus>>>;
  readonly leaked: number;
  /** Of releases so far. */
  readonly verification: VerificationTotals;
}

/** What probes said after releases, since the registry was made. Plain data. */
export interface VerificationTotals {
  readonly gone: number;
  /** The release counted as failed. */
  readonly stillThere: number;
  readonly unverifiable: number;
  /** `gone`, of those where the probe could tell; 1 when there was none. */
  readonly successRate: number;
}

/** What a registry has done so far. Plain data. */
export interface RegistryMetrics {
  /** Since the registry was made; scopes are counted, too. */
  readonly registered: number;
  readonly outcomes: {
    readonly released: number;
    readonly failed: number;
    readonly timedOut: number;
    readonly abandoned: number;
    readonly detached: number;
  };
  readonly leaked: number;
  /** Releases that settled after their deadline. */
  readonly settledLate: number;
  readonly refused: number;
  /** Released, of all releases that ended; 1 when none has. */
  readonly successRate: number;
  readonly verification: VerificationTotals;
  /** Releases that policies have begun, by reason. */
  readonly picked: { readonly lifetime: number; readonly idle: number; readonly pressure: number };
  /** Of releases that were not synchronous. */
  readonly durations: readonly { readonly upToMs: Milliseconds; readonly count: number }[];
  readonly listenerErrors: number;
  /** Of the background queue; null as long as nothing was scheduled. */
  readonly queue: QueueMetrics | null;
}

/** Whether a registry does its work, and what is wrong if not. */
export interface RegistryHealth {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** What is wrong, in words; empty when healthy. */
  readonly problems: readonly string[];
  readonly worker: QueueMetrics['worker'];
}

type ByState = Record<keyof RegistryStatus['byState'], number>;

export function statusOf(ledger: Ledger): RegistryStatus {
  const byState: ByState = { live: 0, releasing: 0, failed: 0, 'timed-out': 0, abandoned: 0 };
  const byType: Partial<Record<ResourceType, TypeStatus>> = {};
  let bytes = 0;
  let leaked = 0;
  const { table } = ledger;
  for (const slot of rows(ledger)) {
    const size = table.sizeOf(slot);
    const type = table.hows[slot]?.kind.type ?? 'custom';
    // A row in the table has none of the two states that are left out.
    byState[table.stateName(slot) as keyof ByState] += 1;
    const sum = byType[type];
    byType[type] = { count: (sum?.count ?? 0) + 1, bytes: (sum?.bytes ?? 0) + size };
    bytes += size;
    if (table.isLeaked(slot)) leaked += 1;
  }
  return {
    name: ledger.name,
    state: ledger.phase,
    count: table.size,
    maxRows: ledger.options.maxRows,
    bytes,
    byState,
    byType,
    leaked,
    verification: verificationTotals(ledger),
  };
}

export function metricsOf(ledger: Ledger, queue: QueueMetrics | null): RegistryMetrics {
  const { registered, released, failed, timedOut, abandoned, detached, leaked, settledLate, refused, durations } = ledger.counts;
  const ended = released + failed + timedOut + abandoned;
  return {
    registered,
    outcomes: { released, failed, timedOut, abandoned, detached },
    leaked,
    settledLate,
    refused,
    successRate: ended === 0 ? 1 : released / ended,
    verification: verificationTotals(ledger),
    picked: { ...ledger.counts.picked },
    durations: durations.map((count, index) => ({ upToMs: durationBoundsMs[index] ?? Infinity, count })),
    listenerErrors: ledger.hub.listenerErrors,
    queue,
  };
}

function verificationTotals({ counts }: Ledger): VerificationTotals {
  const { gone, stillThere, unverifiable } = counts.verified;
  const told = gone + stillThere;
  return { gone, stillThere, unverifiable, successRate: told === 0 ? 1 : gone / told };
}

const fullShare = 0.9;

/** Unhealthy: it does not take resources, or its background work stands still. Degraded: something needs a look. */
export function healthOf(ledger: Ledger, queue: QueueHealth | undefined, worker: QueueMetrics['worker']): RegistryHealth {
  const grave: string[] = [];
  const mild: string[] = [];
  const { table, options } = ledger;
  if (ledger.phase !== 'open') grave.push(`it is ${ledger.phase}`);
  if (table.size >= options.maxRows) grave.push(`it holds ${table.size} resources, its bound`);
  else if (table.size >= options.maxRows * fullShare) mild.push(`it holds ${table.size} resources of at most ${options.maxRows}`);
  mild.push(...badRows(ledger));
  if (queue !== undefined) (queue.status === 'unhealthy' ? grave : mild).push(...queue.problems);
  const status = grave.length > 0 ? 'unhealthy' : mild.length > 0 ? 'degraded' : 'healthy';
  return { status, problems: [...grave, ...mild], worker };
}

/** What stands in the table and ended badly, in words. */
function badRows(ledger: Ledger): string[] {
  const { table } = ledger;
  const counts = [0, 0, 0, 0];
  for (const slot of rows(ledger)) {
    const index = badStates.indexOf(table.state(slot));
    if (index >= 0) counts[index] = (counts[index] ?? 0) + 1;
    if (table.isLeaked(slot)) counts[3] = (counts[3] ?? 0) + 1;
  }
  const texts = [
    'resources could not be released',
    'releases have not settled within their deadline',
    'resources were given up',
    'guards were dropped without a release',
  ];
  return texts.flatMap((text, index) => (counts[index] === 0 ? [] : [`${counts[index]} ${text}`]));
}

const badStates: readonly RowState[] = [rowState.failed, rowState.timedOut, rowState.abandoned];
