import { isoTime } from '../../kernel/clock/index.ts';
import type { Milliseconds } from '../../kernel/units.ts';

export const runIdPattern: RegExp = /^\d{4}-\d{2}-\d{2}-\d{6}(-\d+)?$/;

/** Names a run by the time at which it began, in UTC: `2026-11-21-093012`. Names sort by time. */
export function runId(startedAtMs: Milliseconds): string {
  const iso = isoTime(startedAtMs);
  return `${iso.slice(0, 10)}-${iso.slice(11, 19).replaceAll(':', '')}`;
}
