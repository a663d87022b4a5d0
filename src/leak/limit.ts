import type { Bytes, Milliseconds } from '../kernel/units.ts';
import type { Evidence } from './evidence.ts';
import type { NamedLimit } from './series.ts';
import { formatBytes } from '../kernel/format.ts';
import { sayLimit } from './words.ts';

/** Beyond this a projection is idle talk. */
const horizonMs: Milliseconds = 30 * 86_400_000;

export interface Projection {
  readonly limit: NamedLimit;
  readonly reachedInMs: Milliseconds;
}

/** What counts against a limit at the last point: the heap against the heap's, resident memory against all others. */
function usedOf(limit: NamedLimit, { points, input }: Evidence): Bytes {
  const last = points.at(-1);
  if (limit.name === 'heap') return last?.heapBytes ?? last?.liveBytes ?? 0;
  return input.rss?.at(-1)?.[1] ?? last?.liveBytes ?? 0;
}

/** The part of the growth that counts against a limit: of what is external to the heap, nothing counts against the heap's. */
function paceOf(limit: NamedLimit, { points }: Evidence, bytesPerSecond: number): number {
  const [first, last] = [points[0], points.at(-1)];
  if (limit.name !== 'heap' || first?.heapBytes === undefined || last?.heapBytes === undefined) return bytesPerSecond;
  const grown = last.liveBytes - first.liveBytes;
  const share = grown > 0 ? (last.heapBytes - first.heapBytes) / grown : 1;
  return bytesPerSecond * Math.min(1, Math.max(0, share));
}

/** Which limit is reached first at this rate, counted from the last point; `null` when none is within 30 days. */
export function projectLimits(evidence: Evidence, bytesPerSecond: number): Projection | null {
  const ahead = evidence.input.limits.flatMap((limit) => {
    const pace = paceOf(limit, evidence, bytesPerSecond);
    const reachedInMs = Math.round((Math.max(0, limit.bytes - usedOf(limit, evidence)) / pace) * 1000);
    return pace > 0 && reachedInMs <= horizonMs ? [{ limit, reachedInMs }] : [];
  });
  return ahead.toSorted((a, b) => a.reachedInMs - b.reachedInMs)[0] ?? null;
}

/** What `judgeLimits` is asked about. */
export interface LimitInput {
  readonly limits: readonly NamedLimit[];
  /** Highest resident memory seen; said in the sentence when given. */
  readonly peakRssBytes?: Bytes | null;
}

/** The heap may grow beyond what the container allows: the program is then killed instead of collecting harder. */
export interface LimitVerdict {
  readonly level: 'limit';
  readonly why: string;
  readonly heapLimitBytes: Bytes;
  /** The limit that is too small for the heap's. */
  readonly limit: NamedLimit;
}

/** Whether the heap limit is above a limit of the container (or one that was configured); `null` when it is not. */
export function judgeLimits(input: LimitInput): LimitVerdict | null {
  const heap = input.limits.find((limit) => limit.name === 'heap');
  const [tightest] = input.limits
    .filter((limit) => limit.name === 'cgroup' || limit.name === 'configured')
    .toSorted((a, b) => a.bytes - b.bytes);
  if (heap === undefined || tightest === undefined || heap.bytes <= tightest.bytes) return null;
  const peak = input.peakRssBytes == null ? '' : `; rss came to ${formatBytes(input.peakRssBytes)}`;
  const death =
    tightest.name === 'cgroup' ? 'the program is killed before the collector works hard' : 'the collector does not know of it';
  return {
    level: 'limit',
    why: `${sayLimit(heap)} is above ${sayLimit(tightest)}: ${death}${peak}`,
    heapLimitBytes: heap.bytes,
    limit: tightest,
  };
}
