import type { Bytes, Milliseconds } from '../kernel/units.ts';
import type { CountPoint, LeastGrowth } from './counts.ts';
import { judgeCounts } from './counts.ts';
import type { GrowthRate } from './series.ts';
import { slopeInterval } from './statistics.ts';

const mebibyte: Bytes = 1024 ** 2;

/** What is counted: handles, bytes outside the heap, bytes that V8 does not account for. */
export type CounterSort = 'count' | 'external' | 'native';

/** Growth of each sort of counter that counts. Native memory is what is left of a sum of large, restless figures: it takes more to be believed. */
const leastCounterGrowth: Readonly<Record<CounterSort, LeastGrowth>> = {
  count: { amount: 8, share: 0.1 },
  external: { amount: mebibyte, share: 0.1 },
  native: { amount: 32 * mebibyte, share: 0.1 },
};

/** The same factor as for surviving allocations: what passed at the end and when the time was shorter by this factor, has lasted. */
const leakAfter = 1.75;
/** A suspect must have passed a little earlier as well, or it is one reading's chance. */
const suspectAfter = 1.1;
/** Shorter series decide nothing. */
const shortestMs: Milliseconds = 10_000;
const shortestNativeMs: Milliseconds = 60_000;
/** At most so many points are used for the rate. */
const mostPoints = 120;

/** What became of a figure that has no allocation site: open handles, descriptors, external bytes. */
export interface CounterVerdict {
  readonly level: 'leak' | 'suspect';
  /** Growth per second, with Sen's bounds. */
  readonly perSecond: GrowthRate;
  /** From the first level to the last. */
  readonly from: number;
  readonly to: number;
  readonly spanMs: Milliseconds;
}

function upTo(points: readonly CountPoint[], tMs: Milliseconds): readonly CountPoint[] {
  return points.filter(([at]) => at <= tMs);
}

function spread(points: readonly CountPoint[]): readonly CountPoint[] {
  const step = Math.ceil(points.length / mostPoints);
  return step <= 1 ? points : points.filter((_, index) => index % step === 0);
}

function pace(points: readonly CountPoint[]): GrowthRate {
  const { slope, low, high } = slopeInterval(spread(points));
  return { bytesPerSecond: slope * 1000, low: Math.max(0, low * 1000), high: high * 1000 };
}

/**
 * Judges a figure over time by rule: it rises steadily, in many steps, is not given back, and rises still; `suspect` where that holds at the end,
 * `leak` where it held already when the time was 1.75 times shorter. `null` where it does not hold. `endMs`: the time up to which the last level
 * is known to hold. Points by time. Never throws.
 */
export function judgeCounter(points: readonly CountPoint[], sort: CounterSort, endMs?: Milliseconds): CounterVerdict | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const toMs = Math.max(last[0], endMs ?? -Infinity);
  const spanMs = toMs - first[0];
  if (spanMs < (sort === 'native' ? shortestNativeMs : shortestMs)) return null;
  const passes = (factor: number): boolean => {
    const cutMs = first[0] + spanMs / factor;
    return judgeCounts(upTo(points, cutMs), cutMs, leastCounterGrowth[sort]).grows;
  };
  if (!passes(1) || !passes(suspectAfter)) return null;
  return { level: passes(leakAfter) ? 'leak' : 'suspect', perSecond: pace(points), from: first[1], to: last[1], spanMs };
}
