/**
 * Every number that a person reads goes through this file: one unit, at most one decimal below ten, thousands
 * set apart by a space. Sizes count in steps of 1 024 (1 MB is 1 048 576 bytes), as Node, ps and container limits do.
 */
import type { Bytes, Milliseconds } from './units.ts';

const sizes = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `41203` as `41 203`. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  const digits = String(Math.abs(Math.round(value)));
  const grouped = digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ' ');
  return Math.round(value) < 0 ? `-${grouped}` : grouped;
}

/** `1` as `1 full collection`, `41` as `41 full collections`. */
export function formatCounted(value: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(value)} ${Math.round(value) === 1 ? one : many}`;
}

/** At most one decimal below ten and none above; `2.0` is `2`. */
export function formatDecimal(value: number): string {
  const rounded = Math.abs(value) < 9.95 ? Math.round(value * 10) / 10 : Math.round(value);
  return Number.isInteger(rounded) ? formatCount(rounded) : rounded.toFixed(1);
}

/** The step of 1 024 in which a size is best read; what would be rounded to 1 024 KB is 1 MB. */
function sizeStep(value: Bytes): number {
  let step = 0;
  let rest = Math.abs(value);
  while (rest >= 1023.5 && step < sizes.length - 1) {
    rest /= 1024;
    step += 1;
  }
  return step;
}

function inStep(value: Bytes, step: number): string {
  return formatDecimal(value / 1024 ** step);
}

/** `2516582` as `2.4 MB`. */
export function formatBytes(value: Bytes): string {
  if (!Number.isFinite(value)) return 'unknown';
  const step = sizeStep(value);
  return `${inStep(value, step)} ${sizes[step] ?? 'B'}`;
}

/** A size as a part of another: `182 of 512 MB`, or `182 MB of 2 GB` where the units differ. */
export function formatBytesOf(value: Bytes, whole: Bytes): string {
  const sameUnit = sizeStep(value) === sizeStep(whole);
  return `${sameUnit ? inStep(value, sizeStep(value)) : formatBytes(value)} of ${formatBytes(whole)}`;
}

/** `5.4 to 6.1 MB`, or `900 KB to 6.1 MB` where the units differ. */
export function formatBytesRange(from: Bytes, to: Bytes, between: 'to' | 'and' = 'to'): string {
  const sameUnit = sizeStep(from) === sizeStep(to);
  return `${sameUnit ? inStep(from, sizeStep(from)) : formatBytes(from)} ${between} ${formatBytes(to)}`;
}

const rates = [
  { seconds: 1, unit: 's' },
  { seconds: 60, unit: 'min' },
  { seconds: 3600, unit: 'h' },
] as const;

/** Per minute, but per second from 10 MB/s on and per hour below 10 KB/min. */
function ratePeriod(bytesPerSecond: number): (typeof rates)[number] {
  const speed = Math.abs(bytesPerSecond);
  if (speed >= 10 * 1024 ** 2) return rates[0];
  return speed * 60 < 10 * 1024 ? rates[2] : rates[1];
}

export interface ByteRate {
  readonly bytesPerSecond: number;
  readonly low?: number | null;
  readonly high?: number | null;
}

/** `2.4 MB/min (2.2–2.6)`: the range, where it is known, is in the same unit. */
export function formatByteRate(rate: ByteRate): string {
  const { seconds, unit } = ratePeriod(rate.bytesPerSecond);
  const value = rate.bytesPerSecond * seconds;
  const step = sizeStep(value);
  const text = `${inStep(value, step)} ${sizes[step] ?? 'B'}/${unit}`;
  if (rate.low == null || rate.high == null) return text;
  return `${text} (${inStep(rate.low * seconds, step)}–${inStep(rate.high * seconds, step)})`;
}

/** A share between 0 and 1 as `1.2 %`; what is above nothing but below a tenth of a percent is `< 0.1 %`. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return 'unknown';
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  return `${formatDecimal(share * 100)} %`;
}

/** `38 ms`, `2.3 s`, `58 s`, `1m12s`, `1h20m`, `2d3h`. */
export function formatDuration(value: Milliseconds): string {
  if (!Number.isFinite(value)) return 'unknown';
  const ms = Math.max(0, value);
  if (ms < 1) return ms === 0 ? '0 s' : '< 1 ms';
  if (ms < 999.5) return `${formatDecimal(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${formatDecimal(ms / 1000)} s`;
  return inTwoUnits(seconds, { day: 'd', hour: 'h', minute: 'm', second: 's' }, '');
}

/** Narrow, for columns: `58s`, `1m10s`. */
export function formatAge(value: Milliseconds): string {
  return formatDuration(value).replace(' ', '');
}

/** For what lies ahead and is not exact: `about 6 min`, `about 1 h 20 min`, `about 3 days`. */
export function formatAbout(value: Milliseconds): string {
  const seconds = Math.round(Math.max(0, value) / 1000);
  if (seconds < 60) return `about ${String(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${String(minutes)} min`;
  const hours = minutes / 60;
  if (hours < 10)
    return `about ${inTwoUnits(Math.round(minutes / 10) * 600, { day: ' d', hour: ' h', minute: ' min', second: ' s' }, ' ')}`;
  if (hours < 48) return `about ${String(Math.round(hours))} h`;
  return `about ${formatCount(hours / 24)} days`;
}

interface UnitNames {
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

function inTwoUnits(seconds: number, names: UnitNames, between: string): string {
  const parts: readonly (readonly [size: number, name: string])[] = [
    [86_400, names.day],
    [3600, names.hour],
    [60, names.minute],
    [1, names.second],
  ];
  const first = parts.findIndex(([size]) => seconds >= size);
  const [size, name] = parts[first] ?? [1, names.second];
  const next = parts[first + 1];
  const whole = `${formatCount(Math.floor(seconds / size))}${name}`;
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[0]);
  return rest === 0 || next === undefined ? whole : `${whole}${between}${String(rest)}${next[1]}`;
}
