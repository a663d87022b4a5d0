import type { DetectedLeak } from '../../kernel/leak-watch.ts';
import { invalid, nested, wholeNumber } from '../../kernel/options.ts';
import type { Rule } from '../../kernel/options.ts';
import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import { severityReachedInMs, worseSeverity } from '../severity.ts';

type Severity = DetectedLeak['severity'];

/** From how much growth on a leak is medium, high or critical; less is low. */
export interface SeverityBytes {
  readonly medium: Bytes;
  readonly high: Bytes;
  readonly critical: Bytes;
}

const mebibyte = 1024 ** 2;
/** As in Central Quality Hub. */
const defaults: SeverityBytes = { medium: 50 * mebibyte, high: 100 * mebibyte, critical: 200 * mebibyte };
const steps = ['critical', 'high', 'medium'] as const;
const order: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

export const severityRule: Rule = nested({ medium: wholeNumber(1), high: wholeNumber(1), critical: wholeNumber(1) });

/** The thresholds with their defaults. Throws WT_INVALID_OPTION. */
export function severityBytes(where: string, given: Partial<SeverityBytes> = {}): SeverityBytes {
  const all = { ...defaults, ...given };
  if (all.medium <= all.high && all.high <= all.critical) return Object.freeze(all);
  throw invalid(where, `\`severityBytes\` must ascend: medium ${all.medium}, high ${all.high}, critical ${all.critical}`);
}

/** By how much it has grown, or how soon a limit is reached: the worse of the two. */
export function severityOf(grown: Bytes, thresholds: SeverityBytes, reachedInMs: Milliseconds | null = null): Severity {
  const bySize = order.findLast((level) => level === 'low' || grown > thresholds[level]) ?? 'low';
  const byTime = steps.find((step) => reachedInMs !== null && reachedInMs < severityReachedInMs[step]) ?? 'low';
  return worseSeverity(bySize, byTime);
}

export function bySeverity(a: DetectedLeak, b: DetectedLeak): number {
  return order.indexOf(b.severity) - order.indexOf(a.severity);
}
