import { randomFillSync } from 'node:crypto';
import { invalid, shown } from '../kernel/options.ts';
import type { Rule } from '../kernel/options.ts';

/** In every root: what was renamed aside and is being removed. */
export const trashName = '.trash';
/** Roots that were taken from dead owners, or given up by one that ended: whoever finds one may remove it. */
export const deadPrefix = 'dead-';
/** Roots that are being made. Whoever finds one may remove it: its owner may have been killed, and one that lives begins again. */
export const makingPrefix = 'n';
export const makingPattern: RegExp = /^n[0-9a-f]{16}$/;
export const rootPattern: RegExp = /^o[0-9a-f]{16}$/;
export const deadPattern: RegExp = /^dead-[0-9a-f]{32}$/;

const pool = Buffer.alloc(9 * 512);
let used = pool.length;

/** Twelve characters that nobody can guess: 72 random bits. */
export function randomName(): string {
  if (used >= pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const name = pool.toString('base64url', used, used + 9);
  used += 9;
  return name;
}

const longestAffix = 64;

/** What may stand before or behind the random part of a name. */
export const affixRule: Rule = {
  expected: `a string of at most ${longestAffix} characters without "/", "\\" and NUL, not beginning with "."`,
  // oxlint-disable-next-line no-control-regex
  accepts: (value) => typeof value === 'string' && value.length <= longestAffix && !/[/\\\0]/.test(value),
};

export function checkPrefix(where: string, prefix: string): string {
  if (prefix.startsWith('.')) throw invalid(where, `\`prefix\` must not begin with ".", got ${shown(prefix)}`);
  return prefix;
}
