import type { Finding, Report } from '../../wire/report.ts';
import { formatDuration } from '../../kernel/format.ts';
import type { Confidence } from './words.ts';

/** Somebody who looks for a finding needs this many times as long as it took to be found the other time. */
const longEnough = 1.5;

/** Whether a run would have shown something that the other run showed at `openedMs`. */
export function wouldHaveShown(report: Report, finding: Finding): { readonly confidence: Confidence; readonly why: string } {
  const ran = formatDuration(report.run.durationMs);
  if (report.verdict.level === 'too-short')
    return { confidence: 'low', why: `the run without it was too short to tell (${ran})` };
  const found = formatDuration(finding.openedMs);
  if (report.run.durationMs < finding.openedMs * longEnough)
    return { confidence: 'low', why: `the run without it lasted ${ran}; the other showed it after ${found} only` };
  if (report.run.truncated) return { confidence: 'medium', why: 'the record of the run without it is not whole' };
  return {
    confidence: finding.level === 'leak' ? 'high' : 'medium',
    why: `the run without it lasted ${ran}, the other showed it after ${found}`,
  };
}

export function isStanding(finding: Finding): boolean {
  return finding.closed === null;
}
