import type { Bytes, Milliseconds } from '../kernel/units.ts';

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** At most one decimal below ten and none above. */
function sayDecimal(value: number): string {
  const rounded = Math.abs(value) < 9.95 ? Math.round(value * 10) / 10 : Math.round(value);
  return String(Object.is(rounded, -0) ? 0 : rounded);
}

/** The step of 1 024 in which a size is best read. */
function stepOf(bytes: Bytes): number {
  let step = 0;
  for (let rest = Math.abs(bytes); rest >= 1023.5 && step < units.length - 1; rest /= 1024) step++;
  return step;
}

const inStep = (bytes: Bytes, step: number): string => sayDecimal(bytes / 1024 ** step);

/** `2.4 MB`; 1 MB is 1 048 576 bytes, as in the limits of Node and of containers. */
export function sayBytes(bytes: Bytes): string {
  const step = stepOf(bytes);
  return `${inStep(bytes, step)} ${units[step] ?? 'B'}`;
}

/** `5.4 to 6.1 MB`. */
export function sayRange(from: Bytes, to: Bytes, between: 'to' | 'and' = 'to'): string {
  const same = stepOf(from) === stepOf(to);
  return `${same ? inStep(from, stepOf(from)) : sayBytes(from)} ${between} ${sayBytes(to)}`;
}

export interface ByteRate {
  readonly bytesPerSecond: number;
  readonly low: number;
  readonly high: number;
}

/** `2.4 MB/min (2.2–2.6)`; per second from 10 MB/s on, per hour below 10 KB/min. */
export function sayRate(rate: ByteRate): string {
  const speed = Math.abs(rate.bytesPerSecond);
  const perMinute = speed * 60 >= 10 * 1024 ? { seconds: 60, name: 'min' } : { seconds: 3600, name: 'h' };
  const { seconds, name } = speed >= 10 * 1024 ** 2 ? { seconds: 1, name: 's' } : perMinute;
  const step = stepOf(rate.bytesPerSecond * seconds);
  const [value, low, high] = [rate.bytesPerSecond, rate.low, rate.high].map((each) => inStep(each * seconds, step));
  return `${value} ${units[step] ?? 'B'}/${name} (${low}–${high})`;
}

/** `36 s`, `6 min`, `1 h 20 min`, `3 days`. */
export function sayDuration(ms: Milliseconds): string {
  const seconds = ms / 1000;
  if (seconds < 119.5) return `${sayDecimal(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 600 && minutes % 60 !== 0) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}

/** `1 full collection`, `6 full collections`. */
export function sayCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const limitNames: Readonly<Record<string, string>> = {
  heap: 'the heap limit',
  cgroup: "the container's limit",
  host: "the host's memory",
  configured: 'the configured limit',
};

/** `the heap limit of 256 MB`. */
export function sayLimit(limit: { readonly name: string; readonly bytes: Bytes }): string {
  return `${limitNames[limit.name] ?? `the limit "${limit.name}"`} of ${sayBytes(limit.bytes)}`;
}
