import { formatByteRate, formatBytes, formatShare } from '../kernel/format.ts';
import type { MemoryEfficiency } from './efficiency.ts';
import type { MemorySnapshot } from './snapshot.ts';

/** Something worth a look, and the figures that say so. */
export interface MemorySuggestion {
  readonly rule: 'growth' | 'peak' | 'machine' | 'collections' | 'idle-heap' | 'outside-heap';
  readonly priority: 'high' | 'medium' | 'low';
  readonly what: string;
  /** The figures that it rests on. */
  readonly evidence: string;
}

interface Given {
  readonly snapshots: readonly MemorySnapshot[];
  readonly efficiency: MemoryEfficiency;
}

type Rule = (given: Given) => MemorySuggestion | null;

// Thresholds of the optimiser of Central Quality Hub, where it had one.
const growthPerSnapshot = 5 * 1024 ** 2;
const peakToMean = 1.5;
const machineShare = 0.8;
const collectionShare = 0.1;
const idleHeap = { share: 0.4, bytes: 64 * 1024 ** 2 } as const;
const outside = { share: 0.5, bytes: 128 * 1024 ** 2 } as const;
const fewest = 6;

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

const growth: Rule = ({ snapshots }) => {
  const half = snapshots.length >> 1;
  if (snapshots.length < fewest) return null;
  // Lowest of each half: garbage goes, what is held stays.
  const lowest = (part: readonly MemorySnapshot[]): number =>
    Math.min(...part.map((one) => one.heapUsedBytes + one.externalBytes));
  const risen = lowest(snapshots.slice(half)) - lowest(snapshots.slice(0, half));
  const each = risen / half;
  if (each <= growthPerSnapshot) return null;
  const ms = (snapshots.at(-1)?.atMs ?? 0) - (snapshots[0]?.atMs ?? 0);
  const rate = formatByteRate({ bytesPerSecond: (risen / Math.max(1, ms / 2)) * 1000 });
  return {
    rule: 'growth',
    priority: 'high',
    what: 'memory in use rises from snapshot to snapshot: run the program under `watertight run` to learn which line keeps it',
    evidence: `the lowest of the second ${half} snapshots is ${formatBytes(risen)} above that of the first, ${rate}`,
  };
};

const peak: Rule = ({ snapshots }) => {
  const used = snapshots.map((one) => one.rssBytes);
  const [highest, average] = [Math.max(...used), mean(used)];
  if (used.length < fewest || highest <= peakToMean * average) return null;
  return {
    rule: 'peak',
    priority: 'medium',
    what: 'memory peaks far above its mean: do the work of the peak in smaller parts, or stream it',
    evidence: `peak rss ${formatBytes(highest)}, mean ${formatBytes(average)} over ${used.length} snapshots`,
  };
};

const machine: Rule = ({ snapshots }) => {
  const last = snapshots.at(-1);
  if (last === undefined || last.rssBytes <= machineShare * last.hostTotalBytes) return null;
  return {
    rule: 'machine',
    priority: 'high',
    what: "the process uses most of the machine's memory",
    evidence: `rss ${formatBytes(last.rssBytes)}, ${formatShare(last.rssBytes / last.hostTotalBytes)} of ${formatBytes(last.hostTotalBytes)}`,
  };
};

const collections: Rule = ({ efficiency: { periods } }) => {
  const share = mean(periods.map((period) => period.collectionShare));
  if (periods.length < fewest || share <= collectionShare) return null;
  const allocated = mean(periods.map((period) => period.allocatedBytesPerSecond));
  return {
    rule: 'collections',
    priority: 'medium',
    what: 'collections take much of the time: allocate less in hot paths, or give the young generation more room (--max-semi-space-size)',
    evidence: `${formatShare(share)} of the time over ${periods.length} periods, ${formatByteRate({ bytesPerSecond: allocated })} allocated`,
  };
};

const idle: Rule = ({ snapshots }) => {
  const last = snapshots.at(-1);
  const share = mean(snapshots.map((one) => one.heapUsedBytes / Math.max(1, one.heapTotalBytes)));
  if (last === undefined || snapshots.length < fewest || share >= idleHeap.share || last.heapTotalBytes < idleHeap.bytes)
    return null;
  return {
    rule: 'idle-heap',
    priority: 'low',
    what: 'V8 holds much more heap than is in use: one peak at start-up often leaves it so; a lower --max-old-space-size makes it give back sooner',
    evidence: `${formatShare(share)} of ${formatBytes(last.heapTotalBytes)} in use, the mean of ${snapshots.length} snapshots`,
  };
};

const outsideHeap: Rule = ({ snapshots }) => {
  const last = snapshots.at(-1);
  if (last === undefined) return null;
  const rest = last.rssBytes - last.heapTotalBytes - last.externalBytes;
  if (rest < outside.bytes || rest < outside.share * last.rssBytes) return null;
  return {
    rule: 'outside-heap',
    priority: 'medium',
    what: 'most memory is neither heap nor buffers of this thread: native code, worker threads, or pages that the allocator has not given back',
    evidence: `${formatBytes(rest)} of rss ${formatBytes(last.rssBytes)}`,
  };
};

const rules: readonly Rule[] = [growth, machine, peak, collections, outsideHeap, idle];
const order: readonly MemorySuggestion['priority'][] = ['high', 'medium', 'low'];

/** What the figures suggest, most urgent first. */
export function suggestionsOf(given: Given): readonly MemorySuggestion[] {
  const found = rules.flatMap((rule) => rule(given) ?? []);
  return found.sort((a, b) => order.indexOf(a.priority) - order.indexOf(b.priority));
}
