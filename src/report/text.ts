import type { Report } from '../wire/report.ts';
import type { Block, TextContext } from './block.ts';
import { gutter } from './block.ts';
import type { Paint } from './lines.ts';
import { clean, colorPaint, plainPaint, release, whole, wrap } from './lines.ts';
import { findingBlocks } from './text-findings.ts';
import { openBlock } from './text-open.ts';
import {
  baselineBlock,
  costBlock,
  endBlock,
  failBlocks,
  leftBlock,
  memoryBlock,
  noteBlock,
  ownedBlock,
  ranBlock,
} from './text-sections.ts';
import { diedHard } from './words/process.ts';
import { verdictSentence } from './words/verdict.ts';

/** How the text is laid out. */
export interface TextOptions {
  /** Default `false`: plain words. `wantsColor` tells whether a stream wants them. */
  readonly color?: boolean;
  /** Columns to fill at most, 40 or more; default 120. Positions in code are never cut, even where they are longer. */
  readonly width?: number;
  /** Where the other forms of this report were written; they are named at the end. */
  readonly links?: { readonly html?: string; readonly json?: string };
}

const defaultWidth = 120;
const narrowest = 40;

/**
 * The report for a terminal, ending with a line feed: the conclusion first, its evidence below, what to do last. When all is
 * well, or when it was too short to tell and nothing stayed open, it is one line. Strings of the watched program are stripped
 * of control characters.
 */
export function renderText(report: Report, options: TextOptions = {}): string {
  const paint = options.color === true ? colorPaint : plainPaint;
  const width = Math.max(narrowest, Math.floor(options.width ?? defaultWidth));
  const context: TextContext = { report, width: width - gutter, paint };
  const detail = isQuiet(report) ? [] : details(context);
  const note = noteBlock(context);
  const link = linkText(options.links);
  if (detail.length === 0 && note === null) return finish(leadLines(report, width, firstLink(options.links), paint));
  const tail = [memoryBlock(context), costBlock(context), note, reportBlock(context, link)];
  const blocks = [...detail, ...tail].filter((block) => block !== null);
  return finish([...leadLines(report, width, null, paint), ...blocks.flatMap((block) => layOut(block, paint))]);
}

function finish(lines: readonly string[]): string {
  return release(`${lines.join('\n')}\n`);
}

/** Nothing found and nothing left: one line says it all. */
function isQuiet(report: Report): boolean {
  return (
    (report.verdict.level === 'not-growing' || report.verdict.level === 'too-short') &&
    report.findings.length === 0 &&
    report.open.length === 0 &&
    report.left.length === 0 &&
    report.owned.problems.length === 0 &&
    !report.verdict.failOn.some((rule) => rule.hit) &&
    report.baseline === undefined &&
    !diedHard(report.end)
  );
}

/** A finding that still stands speaks for itself; without one the verdict is a sentence. */
function leadLines(report: Report, width: number, link: string | null, paint: Paint): readonly string[] {
  if (report.findings.some((finding) => finding.closed === null)) return [];
  const sentence = `watertight: ${clean(verdictSentence(report))}${link === null ? '' : ` · ${link}`}`;
  const lines = wrap(sentence, width);
  return isQuiet(report) && report.verdict.level === 'not-growing' ? lines.map((line) => paint('green', line)) : lines;
}

function details(context: TextContext): readonly (Block | null)[] {
  return [
    endBlock(context),
    ...findingBlocks(context),
    ...failBlocks(context),
    baselineBlock(context),
    openBlock(context),
    leftBlock(context),
    ownedBlock(context),
    ranBlock(context),
  ];
}

function firstLink(links: TextOptions['links']): string | null {
  const link = links?.html ?? links?.json;
  return link === undefined ? null : whole(link);
}

function linkText(links: TextOptions['links']): string | null {
  const { html, json } = links ?? {};
  if (html === undefined) return json === undefined ? null : whole(json);
  return json === undefined ? whole(html) : `${whole(html)} (.json)`;
}

function reportBlock({ width }: TextContext, link: string | null): Block | null {
  return link === null ? null : { label: 'REPORT', lines: wrap(link, width) };
}

function layOut(block: Block, paint: Paint): readonly string[] {
  const label = paint(block.style ?? 'bold', block.label) + ' '.repeat(gutter - block.label.length);
  return block.lines.map((line, index) => `${index === 0 ? label : ' '.repeat(gutter)}${line}`.trimEnd());
}
