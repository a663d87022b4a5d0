import type { Milliseconds } from '../kernel/units.ts';
import type { MemorySnapshot } from './snapshot.ts';

/** How well memory was used between two snapshots. */
export interface EfficiencyPeriod {
  /** Milliseconds since the epoch. */
  readonly fromMs: Milliseconds;
  readonly toMs: Milliseconds;
  /** Heap in use, as a share of what V8 has taken from the system for it: low means that the process holds memory for nothing. */
  readonly heapShare: number;
  /** Time in collections, as a share of the time: high means that the program allocates too much, or has too small a heap. */
  readonly collectionShare: number;
  readonly allocatedBytesPerSecond: number;
  /** Of the bytes allocated, the share by which the heap in use rose: what stays near 1 over many periods is kept, not used. */
  readonly keptShare: number;
}

/** The periods, and how their means changed from the first third to the last. */
export interface MemoryEfficiency {
  readonly periods: readonly EfficiencyPeriod[];
  /** Last third less first third; `null` with fewer than six periods. */
  readonly trend: Omit<EfficiencyPeriod, 'fromMs' | 'toMs'> | null;
}

const fewestPeriods = 6;

function periodOf(from: MemorySnapshot, to: MemorySnapshot): EfficiencyPeriod | null {
  const ms = (to.sinceStartMs ?? 0) - (from.sinceStartMs ?? 0);
  if (from.allocatedBytes === null || to.allocatedBytes === null || ms <= 0) return null;
  const allocated = Math.max(0, to.allocatedBytes - from.allocatedBytes);
  const risen = Math.max(0, to.heapUsedBytes - from.heapUsedBytes);
  return {
    fromMs: from.atMs,
    toMs: to.atMs,
    heapShare: to.heapTotalBytes > 0 ? to.heapUsedBytes / to.heapTotalBytes : 0,
    collectionShare: Math.max(0, (to.collectionMs ?? 0) - (from.collectionMs ?? 0)) / ms,
    allocatedBytesPerSecond: (allocated / ms) * 1000,
    keptShare: allocated > 0 ? Math.min(1, risen / allocated) : 0,
  };
}

type Measure = keyof NonNullable<MemoryEfficiency['trend']>;

function meanOf(periods: readonly EfficiencyPeriod[], measure: Measure): number {
  return periods.reduce((sum, period) => sum + period[measure], 0) / Math.max(1, periods.length);
}

/** What the snapshots of a profiler say of how memory was used over time. Those of different starts are not compared. */
export function efficiencyOf(snapshots: readonly MemorySnapshot[]): MemoryEfficiency {
  const periods = snapshots.slice(1).flatMap((snapshot, i) => {
    const before = snapshots[i];
    return before === undefined ? [] : (periodOf(before, snapshot) ?? []);
  });
  if (periods.length < fewestPeriods) return { periods, trend: null };
  const third = Math.floor(periods.length / 3);
  const change = (measure: Measure): number => meanOf(periods.slice(-third), measure) - meanOf(periods.slice(0, third), measure);
  return {
    periods,
    trend: {
      heapShare: change('heapShare'),
      collectionShare: change('collectionShare'),
      allocatedBytesPerSecond: change('allocatedBytesPerSecond'),
      keptShare: change('keptShare'),
    },
  };
}
