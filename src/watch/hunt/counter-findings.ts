import { formatBytesRange, formatCount, formatDecimal, formatDuration } from '../../kernel/format.ts';
import type { Milliseconds } from '../../kernel/units.ts';
import type { CountPoint, CounterSort, CounterVerdict } from '../../leak/index.ts';
import { judgeCounter, severityOfBytes, severityOfCount, tightestAhead } from '../../leak/index.ts';
import type { Finding, HandleType } from '../../wire/index.ts';
import { fingerprint } from '../assemble/fingerprint.ts';
import type { WatchedProcess } from '../assemble/process-group.ts';
import { bytesPerRequest } from '../assemble/requests.ts';
import type { RunData } from '../assemble/run-data.ts';
import type { SiteTable } from '../sites/site-table.ts';
import type { CounterPart } from './counter-parts.ts';
import { mainPart, partsOf, sumOf } from './counter-parts.ts';
import { externalSeries, sharedSeries } from './external-series.ts';
import type { ThreadOf } from './judged-windows.ts';
import { nativeSeries } from './native-series.ts';
import { stablePath } from './places.ts';
import { siteOfSamePace } from './same-pace.ts';
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
  /** Where it has no line of its own: what it is made of. */
  readonly parts?: readonly CounterPart[];
}

/** What the findings of a run are made from; `survivors` are those of sampled allocations. */
interface Known {
  readonly data: RunData;
  readonly sites: SiteTable;
  readonly survivors: readonly Finding[];
}

/** A line that is named for a counter, and what it rests on. */
interface Line {
  readonly site: number | null;
  readonly proof: string;
}

/** Handles that make a descriptor: where one of them names the line, the descriptors themselves say nothing new. */
const holdDescriptors: ReadonlySet<HandleType> = new Set([
  'file',
  'directory',
  'socket',
  'server-socket',
  'server',
  'udp',
  'process',
  'watcher',
]);

const makeDescriptors: ReadonlySet<string> = new Set([...holdDescriptors].map((type) => `counter-${type}`));

const labels: Readonly<Record<HandleType, string>> = {
  file: 'open files',
  directory: 'open directories',
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
  zlib: 'open compressors',
};

function sayGrowth({ label, sort }: Counter, { from, to, spanMs, perSecond }: CounterVerdict): string {
  const over = `in ${formatDuration(spanMs)}`;
  if (sort !== 'count') return `${label} grows steadily and is not given back: ${formatBytesRange(from, to)} ${over}`;
  const pace = `${formatDecimal(perSecond.bytesPerSecond * 60)} a minute`;
  return `${label} grow steadily and are not given back: ${formatCount(from)} to ${formatCount(to)} ${over}, ${pace}`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Its own line; else the one that made most of it; else that of what survives at its pace. */
function lineOf(known: Known, counter: Counter, { from, to }: CounterVerdict): Line {
  const { site, points, process, thread } = counter;
  if (site !== null) return { site, proof: '' };
  const main = mainPart(counter.parts ?? [], points[0]?.[0] ?? 0, to - from);
  if (main !== null) return { site: main.site, proof: `; ${percent(main.share)} of the growth was made here` };
  const offsetMs = offsetOf(known.data, thread);
  const standing = known.survivors.filter(({ closed, processes }) => closed === null && processes.includes(process.key));
  const lent = siteOfSamePace(
    points.map(([tMs, level]) => [tMs + offsetMs, level] as const),
    standing,
  );
  if (lent === null) return { site: null, proof: '' };
  return { site: lent, proof: '; where it is made is not seen: the line is that of objects which survive at the same pace' };
}

function spanOf(points: readonly CountPoint[]): Milliseconds {
  return (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
}

function finding(known: Known, counter: Counter, verdict: CounterVerdict): Finding {
  const { data, sites } = known;
  const line = lineOf(known, counter, verdict);
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
    site: line.site,
    objectType: null,
    what: `${sayGrowth(counter, verdict)}${line.proof}`,
    processes: [counter.process.key],
    openedMs: at(verdict.suspectMs),
    leakMs: verdict.leakMs === null ? null : at(verdict.leakMs),
    closed: null,
    rate: isBytes
      ? { ...verdict.perSecond, perRequestBytes: bytesPerRequest(counter.process, pace, spanOf(counter.points)) }
      : null,
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
  const { rows } = at.thread;
  const types = new Set(rows.histories().map(({ type }) => type));
  return [...types].map((type) => {
    const parts = partsOf(at.thread, new Set([type]), sites);
    const counter = { ...at, name: type, label: labels[type], sort: 'count' } as const;
    const all = sumOf(rows.histories().filter((history) => history.type === type));
    return [...parts.map((part) => ({ ...counter, ...part })), { ...counter, points: all, site: null, parts }];
  });
}

/** What full collections left outside of the heap. */
function externalCounters({ process, thread }: ThreadOf): readonly Counter[] {
  const counter = (name: string, label: string, points: readonly CountPoint[]): Counter => {
    return { process, thread, name, label, sort: 'external', points, endMs: points.at(-1)?.[0] ?? 0, site: null };
  };
  return [
    counter('external', 'memory of buffers outside the heap', externalSeries(thread)),
    counter('shared', 'memory of shared array buffers', sharedSeries(thread)),
  ];
}

function processCounters(process: WatchedProcess, sites: SiteTable): readonly Counter[] {
  const at = { process, thread: process.main, site: null, endMs: process.main.lastMs };
  const descriptors = process.main.samples.entries.flatMap((sample) =>
    sample[7] === null ? [] : [[sample[1], sample[7]] as const],
  );
  const parts = process.threads.flatMap((thread) => partsOf(thread, holdDescriptors, sites));
  return [
    { ...at, name: 'descriptors', label: 'open descriptors', sort: 'count', points: descriptors, parts },
    { ...at, name: 'native', label: 'memory that V8 does not account for', sort: 'native', points: nativeSeries(process) },
  ];
}

/** Figures without an allocation site that rise steadily and are not given back. `endMs` is up to when, on its own scale, a thread is told of. */
export function counterFindings(known: Known, threads: readonly (ThreadOf & { readonly endMs: number })[]): readonly Finding[] {
  const { sites } = known;
  const judge = (counter: Counter): readonly Finding[] => {
    const verdict = judgeCounter(counter.points, counter.sort, counter.endMs);
    return verdict === null ? [] : [finding(known, counter, verdict)];
  };
  const handles = threads.flatMap((at) => handleCounters(at, sites).flatMap((counters) => firstThatGrow(counters.map(judge))));
  const external = threads.flatMap((at) => externalCounters(at).flatMap(judge));
  const named = new Set(handles.filter(({ rule }) => makeDescriptors.has(rule)).flatMap(({ processes }) => processes));
  const mains = threads.filter(({ process, thread }) => thread === process.main);
  const others = mains
    .flatMap(({ process }) => processCounters(process, sites).flatMap(judge))
    .filter(({ rule, processes }) => rule !== 'counter-descriptors' || !processes.some((key) => named.has(key)));
  return [...handles, ...external, ...others];
}

/** The lines that grow; the last entry, of all lines together, counts only when none does. */
function firstThatGrow(found: readonly (readonly Finding[])[]): readonly Finding[] {
  const lines = found.slice(0, -1).flat();
  return lines.length > 0 ? lines : (found.at(-1) ?? []);
}
