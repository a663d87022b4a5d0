/** Processes: their command, and how they ended. */
import type { EndInfo, ProcessInfo } from '../../wire/report.ts';

/** The program that used most comes first; launchers last. */
export function byUse(a: ProcessInfo, b: ProcessInfo): number {
  const launchers = Number(a.role === 'launcher') - Number(b.role === 'launcher');
  return launchers !== 0 ? launchers : (b.peakRssBytes ?? -1) - (a.peakRssBytes ?? -1);
}

export function commandText(command: readonly string[]): string {
  return command.map((word) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

const askedToEnd: ReadonlySet<string | null> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);

/** Died, in contrast to: ended by itself, by `process.exit` or because somebody asked it to by a signal. */
export function diedHard(end: Pick<EndInfo, 'kind' | 'signal'>): boolean {
  if (end.kind === 'signal') return !askedToEnd.has(end.signal);
  return end.kind !== 'natural' && end.kind !== 'exit' && end.kind !== 'still-running';
}

/** `ended by SIGTERM`, `ended with status 3`, `still running`; nothing for an end with status 0. */
export function softEndPhrase(end: EndInfo): string | null {
  if (end.kind === 'still-running') return 'still running';
  if (diedHard(end)) return null;
  if (end.signal !== null) return `ended by ${end.signal}`;
  return end.code === null || end.code === 0 ? null : `ended with status ${String(end.code)}`;
}

/** `as of 0.8 s before the end`: how old the last record was when the program died. */
export function asOf(end: EndInfo): string | null {
  if (end.lastRecordAgeMs === null || !diedHard(end)) return null;
  return `as of ${(end.lastRecordAgeMs / 1000).toFixed(1)} s before the end`;
}
