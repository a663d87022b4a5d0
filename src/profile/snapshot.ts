import type { Bytes, Milliseconds } from '../kernel/units.ts';
import type { MemoryReading } from '../memory/index.ts';
import type { MemoryFigures } from './figures.ts';
import type { Mark } from './meter.ts';

/** Figures of one moment in the life of a profiler. Plain data. */
export interface MemorySnapshot extends MemoryFigures {
  /** Milliseconds since the epoch. */
  readonly atMs: Milliseconds;
  /** Since the profiler was started; `null` for a snapshot of one that is stopped. */
  readonly sinceStartMs: Milliseconds | null;
  readonly label: string | null;
  /** Taken from the system for this thread's heap. */
  readonly heapTotalBytes: Bytes;
  readonly arrayBuffersBytes: Bytes;
  /** Of the whole machine. */
  readonly hostUsedBytes: Bytes;
  readonly hostTotalBytes: Bytes;
  /** Allocated in this thread's heap since the profiler was started, and time in collections; `null` on one that is stopped. */
  readonly allocatedBytes: Bytes | null;
  readonly collectionMs: Milliseconds | null;
  readonly fullCollections: number | null;
}

/** What a running profiler began with. */
export interface Running {
  readonly from: Mark;
  readonly startMs: Milliseconds;
}

export interface SnapshotFacts {
  readonly atMs: Milliseconds;
  readonly nowMs: Milliseconds;
  readonly label: string | null;
  readonly reading: MemoryReading;
  /** `null` on a profiler that is stopped. */
  readonly running: (Running & { readonly mark: Mark }) | null;
}

function allocatedBetween(from: Mark, to: Mark): Bytes {
  if (from.countedBytes !== null && to.countedBytes !== null) return to.countedBytes - from.countedBytes;
  return Math.max(0, to.allocatedBytes - from.allocatedBytes);
}

export function snapshotOf({ atMs, nowMs, label, reading, running }: SnapshotFacts): MemorySnapshot {
  return Object.freeze({
    atMs,
    sinceStartMs: running === null ? null : nowMs - running.startMs,
    label,
    rssBytes: reading.rssBytes,
    heapUsedBytes: reading.heapUsedBytes,
    externalBytes: reading.externalBytes,
    heapTotalBytes: reading.heapTotalBytes,
    arrayBuffersBytes: reading.arrayBuffersBytes,
    hostUsedBytes: reading.host.totalBytes - reading.host.availableBytes,
    hostTotalBytes: reading.host.totalBytes,
    allocatedBytes: running === null ? null : allocatedBetween(running.from, running.mark),
    collectionMs: running === null ? null : running.mark.collectionMs - running.from.collectionMs,
    fullCollections: running === null ? null : running.mark.full - running.from.full,
  });
}
