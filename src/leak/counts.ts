import type { Milliseconds } from '../kernel/units.ts';
import { chanceOfRise } from './statistics.ts';

// The test for what has no allocation site: open handles, descriptors. Found 4 of 4 leaks of descriptors in published
// packages; what is opened and closed again falls back and does not pass.
const startUpShare = 0.2;
const fewestPoints = 6;
/** Growth that counts: handles, and share of the level after start-up. */
const leastGrowth: LeastGrowth = { amount: 8, share: 0.1 };
/** Largest fall below an earlier level, and largest single step, as shares of the growth: given back, or one burst. */
const largestFall = 0.2;
const largestStep = 0.5;
const mostChance = 0.01;
/** Pace of the second half, as a share of the first's, and of the last 30 %, as a share of the whole. */
const leastLatePace = 0.5;
const leastLastPace = 0.35;
/** The second half must have this length before a rate per minute is said. */
const shortestHalfMs: Milliseconds = 10_000;
/** At most so many levels are tested; a longer series is thinned to the level at the end of each interval. */
const mostLevels = 60;

/** Growth that counts, since start-up: an amount, and a share of the level after start-up. Both must be reached. */
export interface LeastGrowth {
  readonly amount: number;
  readonly share: number;
}

/** How many were open at a time, and until the next point. */
export type CountPoint = readonly [tMs: Milliseconds, count: number];

/** What became of the number of open handles of one group. */
export interface CountVerdict {
  /** More handles stayed open than were closed, steadily and up to the end. */
  readonly grows: boolean;
  /** Net change per minute over the second half of the time; `null` when that half is shorter than 10 s. */
  readonly growthPerMinute: number | null;
}

/** The number that was open at a time: the last point at or before it. */
function levelAt(points: readonly CountPoint[], tMs: Milliseconds): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? Infinity) <= tMs) low = middle + 1;
    else high = middle;
  }
  return points[low - 1]?.[1] ?? 0;
}

/** Levels at equal distances in time, so that how often the caller recorded does not matter. */
function levelsOf(points: readonly CountPoint[], fromMs: Milliseconds, toMs: Milliseconds): readonly number[] {
  const count = Math.min(mostLevels, points.length);
  return Array.from({ length: count }, (_, i) => levelAt(points, fromMs + ((toMs - fromMs) * i) / Math.max(1, count - 1)));
}

function paceBetween(levels: readonly number[], from: number, to: number): number {
  return to > from ? ((levels[to] ?? 0) - (levels[from] ?? 0)) / (to - from) : 0;
}

function isSpreadOut(levels: readonly number[], growth: number): boolean {
  let highest = -Infinity;
  return levels.every((level, i) => {
    highest = Math.max(highest, level);
    const step = i === 0 ? 0 : level - (levels[i - 1] ?? level);
    return highest - level <= largestFall * growth && step <= largestStep * growth;
  });
}

function isStillRising(levels: readonly number[]): boolean {
  const last = levels.length - 1;
  const half = levels.length >> 1;
  const late = paceBetween(levels, half, last);
  const lastPart = paceBetween(levels, Math.floor(levels.length * 0.7), last);
  return late >= leastLatePace * paceBetween(levels, 0, half) && lastPart >= leastLastPace * paceBetween(levels, 0, last);
}

function risesSteadily(all: readonly number[], least: LeastGrowth): boolean {
  const levels = all.slice(Math.max(1, Math.floor(all.length * startUpShare)));
  if (levels.length < fewestPoints) return false;
  const first = levels[0] ?? 0;
  const growth = (levels.at(-1) ?? 0) - first;
  if (growth < Math.max(least.amount, least.share * first)) return false;
  return isSpreadOut(levels, growth) && isStillRising(levels) && chanceOfRise(levels) < mostChance;
}

/**
 * Judges how many handles of one group were open over time: the number at each point, after what was closed is taken off.
 * Needs at least seven points; points may be at any distance (each level holds until the next). `endMs` is the time up to
 * which the last level is known to hold. Default: the last point. `least` is the growth that counts. Default: 8, and 10 % of the level
 * after start-up. Never throws.
 */
export function judgeCounts(counts: readonly CountPoint[], endMs?: Milliseconds, least: LeastGrowth = leastGrowth): CountVerdict {
  const points = counts
    .filter(([tMs, count]) => Math.abs(tMs) <= Number.MAX_SAFE_INTEGER && Math.abs(count) <= Number.MAX_SAFE_INTEGER)
    .toSorted((a, b) => a[0] - b[0]);
  const fromMs = points[0]?.[0] ?? 0;
  const toMs = Math.max(points.at(-1)?.[0] ?? 0, endMs ?? -Infinity);
  const halfMs = (toMs - fromMs) / 2;
  const change = levelAt(points, toMs) - levelAt(points, fromMs + halfMs);
  return {
    grows: risesSteadily(levelsOf(points, fromMs, toMs), least),
    growthPerMinute: halfMs >= shortestHalfMs ? (change / halfMs) * 60_000 : null,
  };
}
