import { WatertightError } from '../kernel/errors.ts';
import type { FailOnRule } from '../watch/index.ts';

const known: readonly FailOnRule[] = ['open-handles', 'left-processes'];
const later = /^(?:suspect|leak(?::(?:low|medium|high|critical))?)$/;

function isKnown(rule: string): rule is FailOnRule {
  return known.some((name) => name === rule);
}

/**
 * Rules of `--fail-on`: a list separated by commas, given once or more often. Throws WT_NOT_AVAILABLE for rules that this
 * version names and cannot check yet, WT_INVALID_OPTION for others.
 */
export function parseFailOn(value: string, previous: readonly FailOnRule[] = []): readonly FailOnRule[] {
  const rules = value.split(',').map((rule) => rule.trim());
  for (const rule of rules) {
    if (later.test(rule))
      throw new WatertightError(
        'WT_NOT_AVAILABLE',
        `--fail-on ${rule} needs the hunt for leaks, which this version does not have yet; it has ${known.join(' and ')}`,
      );
    if (!isKnown(rule)) throw new WatertightError('WT_INVALID_OPTION', `--fail-on takes ${known.join(' or ')}, not "${rule}"`);
  }
  return [...new Set([...previous, ...rules.filter(isKnown)])];
}
