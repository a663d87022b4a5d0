import { WatertightError } from '../kernel/errors.ts';
import type { FailOnRule } from '../watch/index.ts';

const severities = ['low', 'medium', 'high', 'critical'] as const;
const known: readonly FailOnRule[] = [
  'leak',
  ...severities.map((severity) => `leak:${severity}` as const),
  'suspect',
  'open-handles',
  'left-processes',
];
const said = `leak, leak:<${severities.join('|')}>, suspect, open-handles or left-processes`;

function isKnown(rule: string): rule is FailOnRule {
  return known.some((name) => name === rule);
}

/** As {@link parseFailOn}, for a program that goes on: what it leaves behind shows at its end only. */
export function parseFailOnAttached(value: string, previous: readonly FailOnRule[] = []): readonly FailOnRule[] {
  const rules = parseFailOn(value, previous);
  if (!rules.includes('left-processes')) return rules;
  throw new WatertightError(
    'WT_INVALID_OPTION',
    'attach cannot judge left-processes: the program goes on. --fail-on takes leak, suspect or open-handles here',
  );
}

/**
 * Rules of `--fail-on`: a list separated by commas, given once or more often. `leak:high` is hit by leaks that are high or critical. Throws
 * WT_INVALID_OPTION for what is no rule.
 */
export function parseFailOn(value: string, previous: readonly FailOnRule[] = []): readonly FailOnRule[] {
  const rules = value.split(',').map((rule) => rule.trim());
  for (const rule of rules) {
    if (!isKnown(rule)) throw new WatertightError('WT_INVALID_OPTION', `--fail-on takes ${said}, not "${rule}"`);
  }
  return [...new Set([...previous, ...rules.filter(isKnown)])];
}
