/** A point of a series: x is a time, y a quantity. */
export type Point = readonly [x: number, y: number];

/** Median; NaN of an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Slopes between all pairs of points with different x, ascending. */
function pairSlopes(points: readonly Point[]): number[] {
  const slopes: number[] = [];
  for (const [i, [x1, y1]] of points.entries()) {
    for (const [x2, y2] of points.slice(i + 1)) if (x2 !== x1) slopes.push((y2 - y1) / (x2 - x1));
  }
  return slopes.sort((a, b) => a - b);
}

/** Theil and Sen's slope: the median over all pairs, which a third of wild points does not move. 0 with fewer than two points. */
export function slopeOf(points: readonly Point[]): number {
  const slopes = pairSlopes(points);
  return slopes.length === 0 ? 0 : median(slopes);
}

export interface SlopeInterval {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/** The same slope with Sen's bounds of 95 % confidence, which are ranks in the list of pair slopes. */
export function slopeInterval(points: readonly Point[]): SlopeInterval {
  const slopes = pairSlopes(points);
  if (slopes.length === 0) return { slope: 0, low: 0, high: 0 };
  const reach = 1.96 * Math.sqrt(varianceOfS(points.length));
  const last = slopes.length - 1;
  const at = (rank: number): number => slopes[Math.min(last, Math.max(0, rank))] ?? 0;
  return {
    slope: median(slopes),
    low: at(Math.floor((slopes.length - reach) / 2) - 1),
    high: at(Math.ceil((slopes.length + reach) / 2)),
  };
}

/** Variance of Kendall's S under "no trend", less what ties take away from it. */
function varianceOfS(n: number, tieSizes: Iterable<number> = []): number {
  let sum = n * (n - 1) * (2 * n + 5);
  for (const t of tieSizes) sum -= t * (t - 1) * (2 * t + 5);
  return sum / 18;
}

function sizesOfTies(values: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()];
}

/** Concordant less discordant pairs. */
function kendallS(values: readonly number[]): number {
  let sum = 0;
  for (const [i, a] of values.entries()) for (const b of values.slice(i + 1)) sum += Math.sign(b - a);
  return sum;
}

/** Share of the orders of n different values that have at most this many inversions. */
function shareWithInversions(n: number, most: number): number {
  let counts = [1];
  for (let size = 2; size <= n; size++) {
    const next = Array.from({ length: counts.length + size - 1 }, () => 0);
    for (const [inversions, count] of counts.entries()) {
      for (let added = 0; added < size; added++) next[inversions + added] = (next[inversions + added] ?? 0) + count;
    }
    counts = next;
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.slice(0, Math.max(0, most + 1)).reduce((sum, count) => sum + count, 0) / total;
}

/** Upper tail of the normal distribution, right to 1e-7. */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

/** Up to here the probability is counted out; beyond, the normal approximation is good enough. */
const exactUpTo = 12;

/** Mann and Kendall's test: how likely a series without any trend would rise at least this steadily. Small is a rise. */
export function chanceOfRise(values: readonly number[]): number {
  const n = values.length;
  if (n < 3) return 1;
  const s = kendallS(values);
  const ties = sizesOfTies(values);
  if (n <= exactUpTo && ties.length === n) return shareWithInversions(n, ((n * (n - 1)) / 2 - s) / 2);
  const variance = varianceOfS(n, ties);
  if (variance <= 0 || s === 0) return s > 0 ? 0 : 1;
  return normalTail((s - Math.sign(s)) / Math.sqrt(variance));
}
