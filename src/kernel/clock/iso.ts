import type { Milliseconds } from '../units.ts';

/** A time since 1970-01-01 UTC as ISO 8601, to the millisecond. Reads no clock. */
export function isoTime(ms: Milliseconds): string {
  return new Date(ms).toISOString();
}
