import type { Finding, Report } from '../../wire/report.ts';
import { formatByteRate, formatBytes } from '../../kernel/format.ts';
import { levelWord } from '../words/finding.ts';
import { functionName, position, sitesById } from '../words/site.ts';
import { isStanding, wouldHaveShown } from './evidence.ts';
import type { Change, ChangeStatus, Confidence } from './words.ts';

/** A rate that rose or fell by less is the same: load differs from run to run. */
const leastRatio = 1.25;
/** Where the bounds of the rates are not known. */
const leastRatioUnbounded = 2;

const order: readonly Finding['level'][] = ['limit', 'spike', 'growing', 'suspect', 'leak'];

function titleOf(finding: Finding, report: Report): string {
  const site = finding.site === null ? undefined : sitesById(report).get(finding.site);
  const where = site === undefined ? finding.what : `${position(site)} ${functionName(site)}`.trim();
  return `${levelWord(finding.level).toLowerCase()} ${where}`;
}

/** What a finding was or is; the rate per request where requests were seen, for it does not go with the load. */
function valueOf({ level, rate }: Finding): string {
  if (rate === null) return levelWord(level).toLowerCase();
  const perRequest = rate.perRequestBytes === null ? '' : `${formatBytes(rate.perRequestBytes)} per request, `;
  return `${perRequest}${formatByteRate(rate)}`;
}

interface Course {
  readonly status: ChangeStatus;
  readonly confidence: Confidence;
  readonly why: string;
}

function byRatio(ratio: number, confidence: Confidence, why: string): Course | null {
  if (ratio > 1) return { status: 'worse', confidence, why };
  return ratio < 1 ? { status: 'better', confidence, why } : null;
}

type Rate = NonNullable<Finding['rate']>;

function apartPerRequest(before: number, after: number): Course | null {
  const ratio = after / before;
  if (ratio < leastRatio && ratio > 1 / leastRatio) return null;
  return byRatio(ratio, 'high', 'bytes kept per request, whatever the load');
}

function rangesApart(before: Rate, after: Rate): boolean {
  return (after.low ?? -Infinity) > (before.high ?? Infinity) || (after.high ?? Infinity) < (before.low ?? -Infinity);
}

function ratesApart(before: Rate, after: Rate): Course | null {
  const { perRequestBytes } = before;
  if (perRequestBytes !== null && perRequestBytes > 0 && after.perRequestBytes !== null)
    return apartPerRequest(perRequestBytes, after.perRequestBytes);
  const ratio = after.bytesPerSecond / Math.max(1e-9, before.bytesPerSecond);
  const differsBy = (factor: number): boolean => ratio >= factor || ratio <= 1 / factor;
  if (before.high !== null && after.low !== null)
    return rangesApart(before, after) && differsBy(leastRatio)
      ? byRatio(ratio, 'medium', 'the ranges of the rates do not meet; the load may differ')
      : null;
  return differsBy(leastRatioUnbounded)
    ? byRatio(ratio, 'low', 'the rates differ by more than a factor of two; their ranges are not known')
    : null;
}

function courseOf(before: Finding, after: Finding): Course {
  const step = order.indexOf(after.level) - order.indexOf(before.level);
  if (step !== 0) {
    const why = `${levelWord(before.level).toLowerCase()} became ${levelWord(after.level).toLowerCase()}`;
    return { status: step > 0 ? 'worse' : 'better', confidence: after.level === 'leak' ? 'high' : 'medium', why };
  }
  const apart = before.rate === null || after.rate === null ? null : ratesApart(before.rate, after.rate);
  return apart ?? { status: 'same', confidence: 'high', why: 'the same finding in both runs' };
}

/** By fingerprint; of several with the same one, the heaviest speaks. */
function byId(report: Report): ReadonlyMap<string, Finding> {
  const found = new Map<string, Finding>();
  for (const finding of report.findings.filter(isStanding)) {
    const known = found.get(finding.id);
    if (known === undefined || (finding.rate?.bytesPerSecond ?? 0) > (known.rate?.bytesPerSecond ?? 0))
      found.set(finding.id, finding);
  }
  return found;
}

function changeOf(key: string, finding: Finding, report: Report, course: Course): Omit<Change, 'before' | 'after'> {
  const counts = course.status === 'new' || course.status === 'worse';
  return { what: 'finding', key, title: titleOf(finding, report), counts, ...course };
}

export function compareFindings(before: Report, after: Report): readonly Change[] {
  const [was, is] = [byId(before), byId(after)];
  const there = [...is].map(([key, finding]): Change => {
    const old = was.get(key);
    const course = old === undefined ? { status: 'new' as const, ...wouldHaveShown(before, finding) } : courseOf(old, finding);
    return {
      ...changeOf(key, finding, after, course),
      before: old === undefined ? null : valueOf(old),
      after: valueOf(finding),
    };
  });
  const gone = [...was].filter(([key]) => !is.has(key));
  return [
    ...there,
    ...gone.map(([key, finding]): Change => {
      const course = { status: 'gone' as const, ...wouldHaveShown(after, finding) };
      return { ...changeOf(key, finding, before, course), before: valueOf(finding), after: null };
    }),
  ];
}
