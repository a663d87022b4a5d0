import { stripVTControlCharacters, styleText } from 'node:util';
import { visible } from './visible.ts';

export type Style = 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold';

/** Marks text that belongs to one word: positions in code and figures with their unit are never broken. */
const joint = '\u00A0';

/** A string of the watched program made harmless for a terminal: no control sequences, one line, no reversed writing. */
export function clean(text: string): string {
  return visible(stripVTControlCharacters(text));
}

/** Cleaned, and kept in one piece when lines are broken. */
export function whole(text: string): string {
  return clean(text).replaceAll(' ', joint);
}

/** Keeps figures together: `14 800`, `2.4 MB/min`, `1 h 20 min`. */
function joinFigures(text: string): string {
  return text.replaceAll(/(\d|≈) (?=\d|[KMGTP]?B\b|ms\b|s\b|min\b|h\b|d\b|%)/g, `$1${joint}`);
}

/** Columns that a text takes: wide characters count twice, combining ones not at all. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mn}|\p{Me}|\u200D|\uFE0F/u.test(character)) continue;
    width +=
      /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** Breaks at spaces so that no line is wider than `width`, but for a single word that is wider by itself. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of joinFigures(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer.trimEnd()) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines.map((each) => each.trimEnd());
}

export interface Paint {
  (style: Style, text: string): string;
}

export const plainPaint: Paint = (_style, text) => text;

/** Whoever calls has decided that colours are wanted: the state of stdout is not asked again. */
export const colorPaint: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** Last step before printing: the marks of kept-together words become spaces again. */
export function release(text: string): string {
  return text.replaceAll(joint, ' ');
}

/** What decides about colours. */
export interface ColorQuestion {
  /** Whether the stream is a terminal. */
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether colours are wanted: `NO_COLOR` (set and not empty) forbids, `FORCE_COLOR` (not `0`, not `false`) asks for them; else
 * on a terminal that is not dumb and not in CI.
 */
export function wantsColor({ isTTY, env }: ColorQuestion): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return isTTY && env['TERM'] !== 'dumb' && (env['CI'] === undefined || env['CI'] === '' || env['CI'] === 'false');
}
