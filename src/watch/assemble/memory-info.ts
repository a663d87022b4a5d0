import type { MemoryInfo, MemoryLimit, MemorySeries } from '../../wire/index.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { WatchedProcess } from './process-group.ts';
import { judgedThreads, leadProcess } from './process-group.ts';
import type { RunData } from './run-data.ts';

const maxRows = 2_000;
const columns = [
  'tMs',
  'rssBytes',
  'heapUsedBytes',
  'heapTotalBytes',
  'externalBytes',
  'arrayBuffersBytes',
  'descriptors',
] as const;

/** The limits that hold for a process: its own heap's first, then those of the container and the host. */
export function limitsOf(data: RunData, process: WatchedProcess | undefined): readonly MemoryLimit[] {
  const around = data.run.limits.filter((limit) => limit.name !== 'heap');
  const bytes = process?.main.heapLimitBytes ?? 0;
  if (process === undefined || bytes <= 0) return around;
  const set = process.main.header.execArgv.find((flag) => flag.startsWith('--max-old-space-size'));
  return [{ name: 'heap', bytes, source: set === undefined ? "V8's own choice" : '--max-old-space-size' }, ...around];
}

/** At most 2 000 entries, evenly spread, the last one always among them. */
function spread<T>(entries: readonly T[]): readonly T[] {
  if (entries.length <= maxRows) return entries;
  const step = Math.ceil(entries.length / maxRows);
  return entries.filter((_, index) => (entries.length - 1 - index) % step === 0);
}

function seriesOf(data: RunData, process: WatchedProcess, thread: ThreadData): MemorySeries {
  const offset = thread.header.t0 - data.run.startedAtMs;
  const rows = spread(thread.samples.entries).map((sample) => [
    Math.max(0, Math.round(sample[1] + offset)),
    sample[2],
    sample[3],
    sample[4],
    sample[5],
    sample[6],
    sample[7],
  ]);
  const collected = spread(thread.collections.entries).map(
    (record) =>
      [Math.max(0, Math.round(record[1] + offset)), record[4] + record[5], record[2] === 'f' ? 'forced' : 'natural'] as const,
  );
  return { process: process.key, thread: thread.header.tid, columns, rows, collected };
}

function peak(values: readonly number[]): number | null {
  const highest = Math.max(0, ...values);
  return highest === 0 ? null : highest;
}

function collections(process: WatchedProcess | undefined): MemoryInfo['gc'] {
  if (process === undefined) return { full: 0, forced: 0, share: null, longestMs: null };
  const { main } = process;
  const forced = main.forced.count;
  const seen = main.collections.entries.length;
  const full = Math.max(main.totals?.[4] ?? 0, seen, forced);
  const pausedUs = Math.max((main.totals?.[3] ?? 0) + (main.totals?.[5] ?? 0), main.forced.totalUs);
  return {
    full,
    forced,
    share: main.lastMs > 0 ? Math.min(1, pausedUs / (main.lastMs * 1000)) : null,
    longestMs: main.longestCollectionUs > 0 ? Math.round(main.longestCollectionUs / 100) / 10 : null,
  };
}

/** Memory of the run: limits and peaks of the leading process, and the course of all judged threads. */
export function memoryInfo(data: RunData, processes: readonly WatchedProcess[]): MemoryInfo {
  const lead = leadProcess(processes);
  const limits = limitsOf(data, lead);
  const tightest = limits.toSorted((a, b) => a.bytes - b.bytes)[0]?.name ?? null;
  const threads = lead?.threads ?? [];
  return {
    limits,
    tightest,
    peak: {
      rssBytes: lead === undefined || lead.peakRssBytes === 0 ? null : lead.peakRssBytes,
      heapBytes: peak(threads.map((thread) => thread.peak.heapBytes)),
      externalBytes: peak(threads.map((thread) => thread.peak.externalBytes)),
    },
    gc: collections(lead),
    series: judgedThreads(processes).map(({ process, thread }) => seriesOf(data, process, thread)),
  };
}
