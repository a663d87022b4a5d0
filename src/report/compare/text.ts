import { formatCounted, formatDuration } from '../../kernel/format.ts';
import type { Paint, Style } from '../lines.ts';
import { clean, colorPaint, plainPaint, release, whole, wrap } from '../lines.ts';
import type { Change, ChangeStatus, Comparison } from './words.ts';

/** How the text is laid out. */
export interface ComparisonTextOptions {
  /** Default false. */
  readonly color?: boolean;
  /** Columns to fill at most, 40 or more; default 120. */
  readonly width?: number;
  /** Also what is the same. Default false. */
  readonly all?: boolean;
}

const gutter = 8;
const narrowest = 40;
const mostOfEach = 20;
const styles: Readonly<Record<ChangeStatus, Style>> = { new: 'red', worse: 'red', better: 'green', gone: 'green', same: 'dim' };

function headline({ ok, totals, changes }: Comparison): string {
  const counted = changes.filter(({ counts }) => counts);
  const parts = order.filter((status) => totals[status] > 0).map((status) => `${totals[status]} ${words[status]}`);
  const rest = parts.join(', ');
  if (!ok) return `watertight: worse than before: ${formatCounted(counted.length, 'change counts', 'changes count')} (${rest})`;
  return `watertight: nothing new, nothing worse (${rest === '' ? 'nothing to compare' : rest})`;
}

const order: readonly ChangeStatus[] = ['new', 'worse', 'gone', 'better', 'same'];
const words: Readonly<Record<ChangeStatus, string>> = {
  new: 'new',
  worse: 'worse',
  gone: 'gone',
  better: 'better',
  same: 'the same',
};

function course({ before, after }: Change): string {
  if (before === null) return after ?? '';
  return after === null ? `was ${before}` : before === after ? after : `${before}, now ${after}`;
}

function linesOf(change: Change, width: number, paint: Paint): readonly string[] {
  const weight =
    change.counts || change.status === 'gone' || change.status === 'better' || change.status === 'same'
      ? ''
      : ' (does not count)';
  const first = wrap(`${whole(change.title)}  ${clean(course(change))}${weight}`, width);
  const why = wrap(clean(`${change.confidence} confidence: ${change.why}`), width - 2);
  return change.status === 'same' ? first : [...first, ...why.map((line) => paint('dim', `  ${line}`))];
}

function blockOf(status: ChangeStatus, comparison: Comparison, width: number, paint: Paint): readonly string[] {
  const found = comparison.changes.filter((change) => change.status === status);
  const lines = found.slice(0, mostOfEach).flatMap((change) => linesOf(change, width - gutter, paint));
  if (found.length > mostOfEach) lines.push(`and ${found.length - mostOfEach} more: see --json`);
  const label = paint(styles[status], status.toUpperCase()) + ' '.repeat(gutter - status.length);
  return lines.map((line, index) => `${index === 0 ? label : ' '.repeat(gutter)}${line}`.trimEnd());
}

function runsOf({ before, after }: Comparison, width: number): readonly string[] {
  const say = (run: Comparison['before']): string =>
    `${whole(run.command.join(' '))}, ${formatDuration(run.durationMs)}, Node ${run.node}, ${run.startedAt}`;
  return [...wrap(clean(`before  ${say(before)}`), width - gutter), ...wrap(clean(`after   ${say(after)}`), width - gutter)].map(
    (line, index) => (index === 0 ? 'RUNS' : '').padEnd(gutter) + line,
  );
}

/** The comparison for a terminal, ending with a line feed: the conclusion first, what is new and worse below, the runs last. */
export function renderComparison(comparison: Comparison, options: ComparisonTextOptions = {}): string {
  const paint = options.color === true ? colorPaint : plainPaint;
  const width = Math.max(narrowest, Math.floor(options.width ?? 120));
  const shown = options.all === true ? order : order.filter((status) => status !== 'same');
  const notes = comparison.notes.flatMap((note) => wrap(clean(note), width - gutter));
  const lines = [
    ...wrap(headline(comparison), width),
    ...shown.flatMap((status) => blockOf(status, comparison, width, paint)),
    ...notes.map((line, index) => (index === 0 ? 'NOTE' : '').padEnd(gutter) + line),
    ...runsOf(comparison, width),
  ];
  return release(`${lines.join('\n')}\n`);
}
