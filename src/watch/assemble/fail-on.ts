import { isAtLeast } from '../../leak/index.ts';
import type { EndKind, Finding, Left, OpenGroup, Severity, Site } from '../../wire/index.ts';
import type { FailOnRule } from './run-data.ts';

/** Exit statuses of `--fail-on`, used only where the program itself ended with 0. */
const statuses = { leak: 90, suspect: 91, 'open-handles': 92, 'left-processes': 93 } as const;

/** The rule without its severity. */
function nameOf(rule: FailOnRule): keyof typeof statuses {
  return rule.startsWith('leak:') ? 'leak' : (rule as keyof typeof statuses);
}

export function failOnStatus(rule: FailOnRule): number {
  return statuses[nameOf(rule)];
}

export interface FailOnInput {
  readonly endKind: EndKind;
  readonly open: readonly OpenGroup[];
  readonly left: readonly Left[];
  readonly findings: readonly Finding[];
  readonly site: (id: number) => Site | undefined;
}

/** Made through a frame of the user's own code. */
function throughUser(group: OpenGroup, site: FailOnInput['site']): boolean {
  const found = group.site === null ? undefined : site(group.site);
  return found !== undefined && (found.user !== null || found.package === null);
}

/**
 * Handles that keep the process alive, made through a frame of the user, alive after the exit listeners of a natural end or
 * of `process.exit`. A program that a signal ended, or that goes on, is meant to hold things: there only what grew counts.
 */
function openHandles(input: FailOnInput): boolean {
  const mine = input.open.filter((group) => group.keepsAlive > 0 && throughUser(group, input.site));
  if (input.endKind === 'natural' || input.endKind === 'exit') return mine.length > 0;
  if (input.endKind === 'signal' || input.endKind === 'still-running')
    return mine.some((group) => (group.growthPerMinute ?? 0) > 0);
  return false;
}

/** A leak that stands, of this severity or worse. */
function leaks({ findings }: FailOnInput, least: Severity): boolean {
  return findings.some(
    ({ closed, level, severity }) => closed === null && level === 'leak' && isAtLeast(severity ?? 'low', least),
  );
}

/** A suspect or a leak that stands. */
function suspects({ findings }: FailOnInput): boolean {
  return findings.some(({ closed, level }) => closed === null && (level === 'leak' || level === 'suspect'));
}

const severities: Readonly<Record<string, Severity>> = { low: 'low', medium: 'medium', high: 'high', critical: 'critical' };

const rules: Readonly<Record<keyof typeof statuses, (input: FailOnInput, rule: FailOnRule) => boolean>> = {
  leak: (input, rule) => leaks(input, severities[rule.slice('leak:'.length)] ?? 'low'),
  suspect: suspects,
  'open-handles': openHandles,
  'left-processes': (input) => input.left.some((left) => left.kind === 'process'),
};

export function isHit(rule: FailOnRule, input: FailOnInput): boolean {
  return rules[nameOf(rule)](input, rule);
}
