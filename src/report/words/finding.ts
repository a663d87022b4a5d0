/** What was found, and by what it is shown. */
import type { Finding, FindingAllocation } from '../../wire/report.ts';
import { formatAbout, formatByteRate, formatBytes, formatCounted, formatDuration, formatShare } from '../../kernel/format.ts';
import type { Sites } from './site.ts';
import { position } from './site.ts';
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
function figuresPhrase(evidence: Finding['evidence']): string | null {
  const parts = [
    evidence.survivors === null ? null : formatCounted(evidence.survivors, 'survivor'),
    evidence.cohorts === null ? null : formatCounted(evidence.cohorts, 'cohort'),
    evidence.points === null ? null : `${formatCounted(evidence.points, 'measurement')} after collections`,
    evidence.collections === null ? null : formatCounted(evidence.collections, 'full collection'),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

/** `about 41 203 objects (12 MB) made here in 35 s live still: the oldest through 15 full collections (353 samples, 12 cohorts)` */
function survivalPhrase(allocation: FindingAllocation, { collections, cohorts, survivors }: Finding['evidence']): string {
  const made = `about ${formatCounted(allocation.objects, 'object')} (${formatBytes(allocation.bytes)}) made here in ${formatDuration(allocation.spanMs)}`;
  const through = collections === null ? '' : `: the oldest through ${formatCounted(collections, 'full collection')}`;
  const alive = allocation.cohorts.reduce((sum, cohort) => sum + cohort[3], 0);
  const born = allocation.cohorts.reduce((sum, cohort) => sum + cohort[2], 0);
  const share = born === 0 ? '' : `, ${formatShare(alive / born)} of those that outlived their call`;
  const basis =
    survivors === null || cohorts === null
      ? ''
      : ` (${formatCounted(survivors, 'sample')} of ${formatCounted(cohorts, 'cohort')})`;
  return `${made} live still${share}${through}${basis}`;
}

/** What the finding rests on. */
export function evidencePhrase({ evidence, allocation, rule }: Pick<Finding, 'evidence' | 'allocation' | 'rule'>): string | null {
  if (allocation !== null) return survivalPhrase(allocation, evidence);
  if (rule.startsWith('counter-') && evidence.points !== null) return formatCounted(evidence.points, 'reading');
  return figuresPhrase(evidence);
}

/** `Promise 46 %, makeCart (src/cart.ts:12:3) 12 %`: by what the survivors were made. */
export function calleesPhrase({ allocation }: Finding, sites: Sites): string | null {
  if (allocation === null || allocation.callees.length === 0) return null;
  const parts = allocation.callees.map(({ label, site, share }) => {
    const place = site === null ? undefined : sites.get(site);
    const at = place === undefined ? '' : ` (${position(place)})`;
    return `${label.startsWith('(line ') && at !== '' ? at.slice(2, -1) : `${label}${at}`} ${formatShare(share)}`;
  });
  return parts.join(', ');
}
