import { WatertightError } from '../kernel/errors.ts';
import type { LeftOpen } from './words.ts';

const shownAtMost = 20;

/** Something was left open. Code WT_LEFT_OPEN. */
export class LeftOpenError extends WatertightError {
  override readonly name: string = 'LeftOpenError';
  readonly left: readonly LeftOpen[];

  constructor(whose: string, left: readonly LeftOpen[]) {
    const lines = left.slice(0, shownAtMost).map((one) => `\n  ${lineOf(one)}`);
    const more = left.length > shownAtMost ? `\n  and ${left.length - shownAtMost} more` : '';
    super('WT_LEFT_OPEN', `${whose} left open:${lines.join('')}${more}\n`);
    this.left = left;
  }
}

const verbs: Readonly<Record<LeftOpen['kind'], string>> = {
  handle: 'opened',
  resource: 'registered',
  process: 'started',
  'temp-directory': 'made',
};

function lineOf({ kind, what, count, createdAt }: LeftOpen): string {
  const subject = kind === 'temp-directory' ? `temp directory ${what}` : kind === 'resource' ? `resource ${what}` : what;
  const where = createdAt === null ? `${verbs[kind]} at a line that is not known` : `${verbs[kind]} at ${createdAt}`;
  return `${count > 1 ? `${count} × ` : ''}${subject}, ${where}`;
}
