import type { Milliseconds } from '../../kernel/units.ts';
import type { RequestsRecord } from '../../wire/index.ts';
import type { WatchedProcess } from './process-group.ts';

/** Fewer give no rate. */
const fewestRequests = 20;

function between(entries: readonly RequestsRecord[], fromMs: Milliseconds): number {
  const [first, last] = [entries.find(([, tMs]) => tMs >= fromMs), entries.at(-1)];
  const seconds = ((last?.[1] ?? 0) - (first?.[1] ?? 0)) / 1000;
  const requests = (last?.[2] ?? 0) - (first?.[2] ?? 0);
  return requests < fewestRequests || seconds <= 0 ? 0 : requests / seconds;
}

/** What a growth comes to for each request that the servers of its process took in, of late: over the last `spanMs`. `null` where none were seen, or too few. */
export function bytesPerRequest({ threads }: WatchedProcess, bytesPerSecond: number, spanMs: Milliseconds): number | null {
  const perSecond = threads.reduce((sum, { requests, lastMs }) => sum + between(requests.entries, lastMs - spanMs), 0);
  return perSecond === 0 ? null : Math.round(bytesPerSecond / perSecond);
}
