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
  native: { amount: 12 * mebibyte, share: 0.1 },
};
/** The same factor as for surviving allocations: what passed at the end and when the time was shorter by this factor, has lasted. */
const leakAfter = 1.75;
/** A leak of it must have grown by more than allocators keep, and than pages of the program that come in late. */
const provenNativeGrowth: LeastGrowth = { amount: 32 * mebibyte, share: 0.1 };
/** A suspect must have passed a little earlier as well, or it is one reading's chance. */
const suspectAfter = 1.1;
/** Shorter series decide nothing: pools fill. A leak takes 1.75 times as long. */
const shortestMs: Readonly<Record<CounterSort, Milliseconds>> = { count: 12_000, external: 12_000, native: 20_000 };
const looksBack = 24;
/** Programs let go of what they hold when they end. */
const longestEndMs: Milliseconds = 3_000;
const longestEndShare = 0.05;
/** At most so many points are used for the rate. */
const mostPoints = 120;

/** What became of a figure that has no allocation site: open handles, descriptors, external bytes. */
export interface CounterVerdict {
  readonly level: 'leak' | 'suspect';
  /** Since when it held, as far as 24 looks back can tell; and, of a leak, when that had lasted long enough. */
  readonly suspectMs: Milliseconds;
  readonly leakMs: Milliseconds | null;
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

/** The earliest of equally distant shares of the time from which on it held at all. */
function heldSince(passes: (factor: number) => boolean): number {
  let share = 1;
  for (let step = looksBack - 1; step > 0; step -= 1) {
    if (!passes(looksBack / step)) return share;
    share = step / looksBack;
  }
  return share;
}

function judgeUpTo(points: readonly CountPoint[], sort: CounterSort, toMs: Milliseconds): CounterVerdict | null {
  const [first, last] = [points[0], points.findLast(([tMs]) => tMs <= toMs)];
  if (first === undefined || last === undefined) return null;
  const spanMs = toMs - first[0];
  const passes = (factor: number): boolean => {
    const cutMs = first[0] + spanMs / factor;
    return spanMs / factor >= shortestMs[sort] && judgeCounts(upTo(points, cutMs), cutMs, leastCounterGrowth[sort]).grows;
  };
  if (!passes(suspectAfter) || !passes(1)) return null;
  const least = sort === 'native' ? provenNativeGrowth : leastCounterGrowth[sort];
  const isMuch = judgeCounts(upTo(points, toMs), toMs, least).grows;
  const grownMs = points.find(([, level]) => level - first[1] >= least.amount)?.[0] ?? toMs;
  const level = isMuch && passes(leakAfter) ? 'leak' : 'suspect';
  const suspectMs = first[0] + spanMs * heldSince(passes);
  return {
    level,
    suspectMs,
    leakMs: level === 'leak' ? Math.min(toMs, Math.max(grownMs, first[0] + leakAfter * (suspectMs - first[0]))) : null,
    perSecond: pace(upTo(points, toMs)),
    from: first[1],
    to: last[1],
    spanMs,
  };
}

/**
 * Judges a figure over time by rule: it rises steadily, in many steps, is not given back, and rises still; `suspect` where that holds at the end,
 * `leak` where it held already when the time was 1.75 times shorter. What is given back in the last 3 s (or 5 % of the time, if that is less) is
 * given back by the end of the program. `null` where it does not hold. `endMs`: the time up to which the last level is known to hold. Points by
 * time. Never throws.
 */
export function judgeCounter(points: readonly CountPoint[], sort: CounterSort, endMs?: Milliseconds): CounterVerdict | null {
  const firstMs = points[0]?.[0] ?? 0;
  const toMs = Math.max(points.at(-1)?.[0] ?? 0, endMs ?? -Infinity);
  const beforeEndMs = toMs - Math.min(longestEndMs, longestEndShare * (toMs - firstMs));
  return judgeUpTo(points, sort, toMs) ?? judgeUpTo(points, sort, beforeEndMs);
}
