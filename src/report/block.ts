import type { Report } from '../wire/report.ts';
import type { Paint, Style } from './lines.ts';
import { widthOf, wrap } from './lines.ts';

/** A label and what stands beside it, in lines that fit the width that is left of the label. */
export interface Block {
  readonly label: string;
  readonly style?: Style;
  readonly lines: readonly string[];
}

export interface TextContext {
  readonly report: Report;
  /** Columns right of the labels. */
  readonly width: number;
  readonly paint: Paint;
}

/** `GROWING` is the longest label; one column sets it apart. */
export const gutter = 8;

/** A name and its text in a second column: `proof   6 full collections …`; further lines stand below the text. */
export function row(name: string, text: string, { width, paint }: TextContext): readonly string[] {
  const column = Math.max(8, widthOf(name) + 1);
  return wrap(text, width - column).map((line, index) =>
    index === 0 ? `${paint('dim', name)}${' '.repeat(column - widthOf(name))}${line}` : `${' '.repeat(column)}${line}`,
  );
}
