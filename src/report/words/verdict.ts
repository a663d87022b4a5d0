/** The verdict in words. */
import type { Report } from '../../wire/report.ts';
import { formatCounted, formatDuration } from '../../kernel/format.ts';
import { openPhrase } from './open.ts';
import { softEndPhrase } from './process.ts';

export function collectionsPhrase(report: Report): string {
  return formatCounted(report.memory.gc.full, 'full collection');
}

const sentences: Readonly<Record<Report['verdict']['level'], string>> = {
  leak: 'leaking',
  suspect: 'a leak is suspected',
  growing: 'growing',
  spike: 'one step up, no growth',
  'not-growing': 'not growing',
  'too-short': 'too short to tell',
};

export function verdictWords(level: Report['verdict']['level']): string {
  return sentences[level];
}

/** Launchers (npm, npx) are listed and never judged. */
function isJudged(process: Report['processes'][number]): boolean {
  return process.role !== 'launcher' && process.threads.length > 0;
}

/** The verdict as one line without the leading name of the tool. */
export function verdictSentence(report: Report): string {
  const { level, wouldBeEnough } = report.verdict;
  const time = formatDuration(report.run.durationMs);
  if (level === 'too-short' && !report.processes.some(isJudged)) return `nothing to judge (${time}): ${report.verdict.why}`;
  if (level === 'too-short') {
    const advice = wouldBeEnough === null || wouldBeEnough === '' ? '' : `; ${wouldBeEnough}`;
    return `${verdictWords(level)} (${time}, ${collectionsPhrase(report)})${advice}`;
  }
  const why = level === 'not-growing' || report.verdict.why === '' ? '' : `: ${report.verdict.why}`;
  const parts = [
    `${verdictWords(level)} in ${time} (${collectionsPhrase(report)})${why}`,
    softEndPhrase(report.end),
    openPhrase(report),
  ];
  return parts.filter((part) => part !== null).join(', ');
}
