/** What watching took, and what it could not see. */
import type { Report } from '../../wire/report.ts';
import { formatBytes, formatCounted, formatDuration, formatShare } from '../../kernel/format.ts';

/** `0.6 % CPU, 14 MB, longest pause 38 ms, 2 sampling windows of 24 s in all` */
export function costPhrase(report: Report): string {
  const { cost } = report;
  const sampled = cost.samplingWindows.reduce((sum, window) => sum + window.toMs - window.fromMs, 0);
  const parts = [
    cost.cpuShare === null ? null : `${formatShare(cost.cpuShare)} CPU`,
    cost.rssBytes === null ? null : formatBytes(cost.rssBytes),
    cost.forcedCollections === 0 ? null : formatCounted(cost.forcedCollections, 'forced collection'),
    cost.longestPauseMs === null ? null : `longest pause ${formatDuration(cost.longestPauseMs)}`,
    cost.samplingWindows.length === 0
      ? null
      : `${formatCounted(cost.samplingWindows.length, 'sampling window')} of ${formatDuration(sampled)} in all`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'not measured' : parts.join(', ');
}

/** `16 s–28 s (hunt), 20 s–28 s (buffers)` */
export function samplingPhrase({ samplingWindows }: Report['cost']): string {
  if (samplingWindows.length === 0) return 'none';
  return samplingWindows.map(({ fromMs, toMs, why }) => `${formatDuration(fromMs)}–${formatDuration(toMs)} (${why})`).join(', ');
}

export interface Note {
  readonly what: string;
  readonly why: string;
}

/** What the report cannot speak for: what was not watched, not recorded or left out. */
export function notes(report: Report): readonly Note[] {
  const truncated: readonly Note[] = report.run.truncated
    ? [
        {
          what: 'recording cut short',
          why: 'the disk was full or a file reached its bound; figures of the end may be missing or coarse',
        },
      ]
    : [];
  const unwatched = report.run.notWatched.map(({ pid, command, why }) => ({
    what: `not watched: ${command}${pid === null ? '' : ` (pid ${String(pid)})`}`,
    why,
  }));
  return [...truncated, ...unwatched, ...report.cost.skipped.map(({ what, why }) => ({ what: `left out: ${what}`, why }))];
}
