import type { Bytes, Milliseconds } from '../kernel/units.ts';

/** How urgent a leak is. */
export type LeakSeverity = 'low' | 'medium' | 'high' | 'critical';

const mebibyte: Bytes = 1024 ** 2;
const hourMs: Milliseconds = 3_600_000;

/** Bytes kept in an hour at the present rate, above which a leak is at least this severe. */
export const severityBytesPerHour: Readonly<Record<Exclude<LeakSeverity, 'low'>, Bytes>> = {
  medium: 50 * mebibyte,
  high: 100 * mebibyte,
  critical: 200 * mebibyte,
};

/** Time until the tightest limit is reached, below which it is at least this severe. */
export const severityReachedInMs: Readonly<Record<Exclude<LeakSeverity, 'low'>, Milliseconds>> = {
  medium: 24 * hourMs,
  high: 4 * hourMs,
  critical: hourMs / 2,
};

/** Things kept in an hour (handles, descriptors, processes), above which a leak is at least this severe. */
export const severityCountPerHour: Readonly<Record<Exclude<LeakSeverity, 'low'>, number>> = {
  medium: 10,
  high: 1_000,
  critical: 10_000,
};

const order: readonly LeakSeverity[] = ['low', 'medium', 'high', 'critical'];
const steps = ['critical', 'high', 'medium'] as const;

/** The more severe of two. */
export function worseSeverity(a: LeakSeverity, b: LeakSeverity): LeakSeverity {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/** Whether one is at least as severe as another. */
export function isAtLeast(severity: LeakSeverity, least: LeakSeverity): boolean {
  return order.indexOf(severity) >= order.indexOf(least);
}

/**
 * How severe a leak of memory is: by what it keeps in an hour (above 50, 100, 200 MB), or by when the tightest limit is reached (within 24 h, 4 h, 30 min),
 * whichever is worse. `reachedInMs` is `null` where no limit is known or near.
 */
export function severityOfBytes(bytesPerSecond: number, reachedInMs: Milliseconds | null): LeakSeverity {
  const perHour = bytesPerSecond * 3_600;
  const byRate = steps.find((step) => perHour > severityBytesPerHour[step]) ?? 'low';
  const byLimit = steps.find((step) => reachedInMs !== null && reachedInMs < severityReachedInMs[step]) ?? 'low';
  return worseSeverity(byRate, byLimit);
}

/** How severe a leak of countable things is: above 10, 1 000, 10 000 in an hour. */
export function severityOfCount(perSecond: number): LeakSeverity {
  const perHour = perSecond * 3_600;
  return steps.find((step) => perHour > severityCountPerHour[step]) ?? 'low';
}

/** A limit, and what counts against it now. */
export interface UsedLimit {
  readonly name: string;
  readonly bytes: Bytes;
  readonly usedBytes: Bytes;
}

/** Beyond this a projection is idle talk. */
const horizonMs: Milliseconds = 30 * 24 * hourMs;

/** The limit that is reached first at this rate, and when; `null` when none is within 30 days. */
export function tightestAhead<L extends UsedLimit>(
  limits: readonly L[],
  bytesPerSecond: number,
): { readonly limit: L; readonly reachedInMs: Milliseconds } | null {
  if (!(bytesPerSecond > 0)) return null;
  const ahead = limits.map((limit) => ({
    limit,
    reachedInMs: Math.round((Math.max(0, limit.bytes - limit.usedBytes) / bytesPerSecond) * 1_000),
  }));
  return ahead.filter((each) => each.reachedInMs <= horizonMs).toSorted((a, b) => a.reachedInMs - b.reachedInMs)[0] ?? null;
}
