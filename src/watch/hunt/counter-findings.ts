import { formatBytesRange, formatCount, formatDecimal, formatDuration } from '../../kernel/format.ts';
import type { CountPoint, CounterSort, CounterVerdict } from '../../leak/index.ts';
import { judgeCounter, severityOfBytes, severityOfCount, tightestAhead } from '../../leak/index.ts';
import type { Finding, HandleType } from '../../wire/index.ts';
import { fingerprint } from '../assemble/fingerprint.ts';
import type { WatchedProcess } from '../assemble/process-group.ts';
import type { RunData } from '../assemble/run-data.ts';
import type { SiteHistory } from '../data/open-rows.ts';
import type { SiteTable } from '../sites/site-table.ts';
import { externalSeries } from './external-series.ts';
import type { ThreadOf } from './judged-windows.ts';
import { nativeSeries } from './native-series.ts';
import { stablePath } from './places.ts';
import { suggestForCounter } from './suggestions.ts';
import { offsetOf, usedLimits } from './survivor-findings.ts';

/** One figure of a process or thread, and how it is called. */
interface Counter extends ThreadOf {
  /** Goes into the rule: `counter-<name>`. */
  readonly name: string;
  readonly label: string;
  readonly sort: CounterSort;
  readonly points: readonly CountPoint[];
  readonly endMs: number;
  readonly site: number | null;
}

/** Handles that make a descriptor: where one of them names the line, the descriptors themselves say nothing new. */
const holdDescriptors: ReadonlySet<string> = new Set(['file', 'socket', 'server-socket', 'server', 'udp', 'process', 'watcher']);

const labels: Readonly<Record<HandleType, string>> = {
  file: 'open files',
  socket: 'open connections',
  'server-socket': 'accepted connections',
  server: 'listening servers',
  udp: 'UDP sockets',
  process: 'child processes',
  worker: 'worker threads',
  watcher: 'file watchers',
  interval: 'intervals',
  timeout: 'timers',
  temp: 'temporary files',
};

function sayGrowth({ label, sort }: Counter, { from, to, spanMs, perSecond }: CounterVerdict): string {
  const over = `in ${formatDuration(spanMs)}`;
  if (sort !== 'count') return `${label} grows steadily and is not given back: ${formatBytesRange(from, to)} ${over}`;
  const pace = `${formatDecimal(perSecond.bytesPerSecond * 60)} a minute`;
  return `${label} grow steadily and are not given back: ${formatCount(from)} to ${formatCount(to)} ${over}, ${pace}`;
}

function finding(data: RunData, counter: Counter, verdict: CounterVerdict, sites: SiteTable): Finding {
  const site = counter.site === null ? undefined : sites.get(counter.site);
  const isBytes = counter.sort !== 'count';
  const pace = verdict.perSecond.bytesPerSecond;
  const ahead = isBytes
    ? tightestAhead(
        usedLimits(data, counter).filter(({ name }) => name !== 'heap'),
        pace,
      )
    : null;
  const at = (tMs: number): number => Math.max(0, Math.round(tMs + offsetOf(data, counter.thread)));
  const identity = site === undefined ? [counter.process.role] : [stablePath(site), site.function];
  return {
    id: fingerprint(`counter-${counter.name}`, ...identity),
    rule: `counter-${counter.name}`,
    level: verdict.level,
    severity: isBytes ? severityOfBytes(pace, ahead?.reachedInMs ?? null) : severityOfCount(pace),
    site: counter.site,
    objectType: null,
    what: sayGrowth(counter, verdict),
    processes: [counter.process.key],
    openedMs: at(verdict.suspectMs),
    leakMs: verdict.leakMs === null ? null : at(verdict.leakMs),
    closed: null,
    rate: isBytes ? { ...verdict.perSecond, perRequestBytes: null } : null,
    limit: ahead === null ? null : { name: ahead.limit.name, bytes: ahead.limit.bytes, reachedInMs: ahead.reachedInMs },
    evidence: { collections: null, cohorts: null, survivors: null, points: counter.points.length },
    allocation: null,
    heldBy: [],
    lookalikes: isBytes ? ['a pool or a cache that is still filling'] : ['a pool that is still filling'],
    try: suggestForCounter(counter.name),
  };
}

/** Handles by type and line; of a type whose lines each grow too little, all together. */
function handleCounters(at: ThreadOf & { readonly endMs: number }, sites: SiteTable): readonly (readonly Counter[])[] {
  const byType = new Map<HandleType, Map<number | null, SiteHistory[]>>();
  for (const history of at.thread.rows.histories()) {
    const bySite = byType.get(history.type) ?? new Map<number | null, SiteHistory[]>();
    byType.set(history.type, bySite);
    const site = sites.of(at.thread, history.site);
    bySite.set(site, [...(bySite.get(site) ?? []), history]);
  }
  return [...byType].map(([type, bySite]) => {
    const make = (site: number | null, histories: readonly SiteHistory[]): Counter => ({
      ...at,
      name: type,
      label: labels[type],
      sort: 'count',
      points: sumOf(histories),
      site,
    });
    return [...[...bySite].map(([site, histories]) => make(site, histories)), make(null, [...bySite.values()].flat())];
  });
}

function sumOf(histories: readonly SiteHistory[]): readonly CountPoint[] {
  if (histories.length === 1) return histories[0]?.history.points() ?? [];
  const times = new Set(histories.flatMap(({ history }) => history.points().map(([tMs]) => tMs)));
  return [...times]
    .sort((a, b) => a - b)
    .map((tMs) => [tMs, histories.reduce((sum, { history }) => sum + history.at(tMs), 0)] as const);
}

/** What full collections left outside of the heap. */
function externalCounter(at: ThreadOf & { readonly endMs: number }): Counter {
  const points = externalSeries(at.thread);
  return {
    ...at,
    name: 'external',
    label: 'memory of buffers outside the heap',
    sort: 'external',
    points,
    endMs: points.at(-1)?.[0] ?? 0,
    site: null,
  };
}

function processCounters(process: WatchedProcess): readonly Counter[] {
  const at = { process, thread: process.main, site: null, endMs: process.main.lastMs };
  const descriptors = process.main.samples.entries.flatMap((sample) =>
    sample[7] === null ? [] : [[sample[1], sample[7]] as const],
  );
  return [
    { ...at, name: 'descriptors', label: 'open descriptors', sort: 'count', points: descriptors },
    { ...at, name: 'native', label: 'memory that V8 does not account for', sort: 'native', points: nativeSeries(process) },
  ];
}

/** Figures without an allocation site that rise steadily and are not given back. `endMs` is up to when, on its own scale, a thread is told of. */
export function counterFindings(
  data: RunData,
  threads: readonly (ThreadOf & { readonly endMs: number })[],
  sites: SiteTable,
): readonly Finding[] {
  const judge = (counter: Counter): readonly Finding[] => {
    const verdict = judgeCounter(counter.points, counter.sort, counter.endMs);
    return verdict === null ? [] : [finding(data, counter, verdict, sites)];
  };
  const handles = threads.flatMap((at) => handleCounters(at, sites).flatMap((counters) => firstThatGrow(counters.map(judge))));
  const external = threads.flatMap((at) => judge(externalCounter(at)));
  const named = new Set(
    handles.filter(({ rule }) => holdDescriptors.has(rule.slice('counter-'.length))).flatMap(({ processes }) => processes),
  );
  const mains = threads.filter(({ process, thread }) => thread === process.main);
  const others = mains
    .flatMap(({ process }) => processCounters(process).flatMap(judge))
    .filter(({ rule, processes }) => rule !== 'counter-descriptors' || !processes.some((key) => named.has(key)));
  return [...handles, ...external, ...others];
}

/** The lines that grow; the last entry, of all lines together, counts only when none does. */
function firstThatGrow(found: readonly (readonly Finding[])[]): readonly Finding[] {
  const lines = found.slice(0, -1).flat();
  return lines.length > 0 ? lines : (found.at(-1) ?? []);
}
