import type { EndKind, Left, OpenGroup, Site } from '../../wire/index.ts';
import type { FailOnRule } from './run-data.ts';

/** Exit statuses of `--fail-on`, used only where the program itself ended with 0. 90 and 91 are kept for `leak` and `suspect`. */
export const failOnStatus: Readonly<Record<FailOnRule, number>> = { 'open-handles': 92, 'left-processes': 93 };

export interface FailOnInput {
  readonly endKind: EndKind;
  readonly open: readonly OpenGroup[];
  readonly left: readonly Left[];
  readonly site: (id: number) => Site | undefined;
}

/** Made through a frame of the user's own code. */
function throughUser(group: OpenGroup, site: FailOnInput['site']): boolean {
  const found = group.site === null ? undefined : site(group.site);
  return found !== undefined && (found.user !== null || found.package === null);
}

/**
 * Handles that keep the process alive, made through a frame of the user, alive after the exit listeners of a natural end or
 * of `process.exit`. A signal ends programs that are meant to hold things: there only what grew counts.
 */
function openHandles(input: FailOnInput): boolean {
  const mine = input.open.filter((group) => group.keepsAlive > 0 && throughUser(group, input.site));
  if (input.endKind === 'natural' || input.endKind === 'exit') return mine.length > 0;
  if (input.endKind === 'signal') return mine.some((group) => (group.growthPerMinute ?? 0) > 0);
  return false;
}

const rules: Readonly<Record<FailOnRule, (input: FailOnInput) => boolean>> = {
  'open-handles': openHandles,
  'left-processes': (input) => input.left.some((left) => left.kind === 'process'),
};

export function isHit(rule: FailOnRule, input: FailOnInput): boolean {
  return rules[rule](input);
}
