/** What was found, and by what it is shown. */
import type { Finding } from '../../wire/report.ts';
import { formatAbout, formatByteRate, formatBytes, formatCounted } from '../../kernel/format.ts';
import { limitName } from './memory.ts';

const headlines: Readonly<Record<Finding['level'], string>> = {
  leak: 'LEAK',
  suspect: 'SUSPECT',
  growing: 'GROWING',
  spike: 'SPIKE',
  limit: 'LIMIT',
};

export function levelWord(level: Finding['level']): string {
  return headlines[level];
}

/** `1.2 KB per request, 2.4 MB/min (2.2–2.6); reaches the heap limit of 256 MB in about 1 h 20 min` */
export function growthPhrase(finding: Finding): string | null {
  if (finding.rate === null) return null;
  const perRequest = finding.rate.perRequestBytes;
  const speed = formatByteRate(finding.rate);
  const grows = perRequest === null ? speed : `${formatBytes(perRequest)} per request, ${speed}`;
  const reached = finding.limit?.reachedInMs ?? null;
  if (finding.limit === null || reached === null) return grows;
  return `${grows}; reaches the ${limitName(finding.limit.name)} of ${formatBytes(finding.limit.bytes)} in ${formatAbout(reached)}`;
}

/** `41 203 survivors of 12 cohorts; 6 full collections, 14 points` */
export function evidencePhrase(evidence: Finding['evidence']): string | null {
  const parts = [
    evidence.survivors === null ? null : formatCounted(evidence.survivors, 'survivor'),
    evidence.cohorts === null ? null : formatCounted(evidence.cohorts, 'cohort'),
    evidence.points === null ? null : `${formatCounted(evidence.points, 'measurement')} after collections`,
    evidence.collections === null ? null : formatCounted(evidence.collections, 'full collection'),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}
