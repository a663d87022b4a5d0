import type { Bytes, Milliseconds } from '../kernel/units.ts';

const megabyte = 1024 * 1024;

/** `61 MB`, `2.4 MB`, `1.5 GB`, `12 KB`: two digits are enough to decide by. */
export function bytesText(bytes: Bytes): string {
  if (bytes >= 1024 * megabyte) return `${short(bytes / (1024 * megabyte))} GB`;
  if (bytes >= megabyte) return `${short(bytes / megabyte)} MB`;
  return `${short(bytes / 1024)} KB`;
}

function short(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}

/** `0.8 s`, `16 s`, `1m12s`, `2h05m`. */
export function durationText(ms: Milliseconds): string {
  if (ms < 9_950) return `${Math.round(ms / 100) / 10} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
  return `${Math.floor(seconds / 3600)}h${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')}m`;
}

/** A command on one line, cut where it gets long. */
export function commandText(command: readonly string[], maxLength = 80): string {
  const text = command.join(' ');
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

/** `1 interval`, `3 sockets`. */
export function countText(count: number, noun: string, estimated = false): string {
  const words = noun.replaceAll('-', ' ');
  return `${estimated ? '≈' : ''}${count} ${count === 1 ? words : `${words}${words.endsWith('s') ? 'es' : 's'}`}`;
}
