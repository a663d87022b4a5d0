import type { Report } from '../../wire/report.ts';
import { formatDuration } from '../../kernel/format.ts';
import { checkOptions, oneOf } from '../../kernel/options.ts';
import { compareFigures } from './figures.ts';
import { compareFindings } from './findings.ts';
import { compareLeft, compareOwned, leftKey } from './left.ts';
import { compareOpen, openKey } from './open.ts';
import type { Change, ChangeStatus, ComparedRun, Comparison, Confidence } from './words.ts';

const order: readonly ChangeStatus[] = ['new', 'worse', 'gone', 'better', 'same'];

function runOf({ run, tool, verdict }: Report): ComparedRun {
  const { id, startedAt, durationMs, command } = run;
  return { id, startedAt, durationMs, command, node: tool.node, verdict: verdict.level };
}

function notesOf(before: Report, after: Report): readonly string[] {
  const notes: string[] = [];
  const unlike = (what: string, a: string, b: string): void => {
    if (a !== b) notes.push(`another ${what}: ${a}, now ${b}`);
  };
  unlike('command', before.run.command.join(' '), after.run.command.join(' '));
  unlike('Node', before.tool.node, after.tool.node);
  unlike('mode', before.run.mode, after.run.mode);
  const [a, b] = [before.run.durationMs, after.run.durationMs];
  if (Math.max(a, b) > 2 * Math.min(a, b)) notes.push(`unlike lengths: ${formatDuration(a)}, now ${formatDuration(b)}`);
  for (const [report, which] of [
    [before, 'first'],
    [after, 'second'],
  ] as const)
    if (report.verdict.level === 'too-short') notes.push(`the ${which} run was too short to tell of leaks`);
  return notes;
}

function totalsOf(changes: readonly Change[]): Comparison['totals'] {
  const totals = { new: 0, worse: 0, same: 0, better: 0, gone: 0 };
  for (const { status } of changes) totals[status] += 1;
  return totals;
}

/** What counts. */
export interface CompareOptions {
  /** Changes that are less sure than this do not count. Default `low`: all that are new or worse do. */
  readonly minConfidence?: Confidence;
}

const sureness: readonly Confidence[] = ['low', 'medium', 'high'];

/**
 * Holds two reports against each other: what is new in the second, worse, better, gone, the same, and how sure that is. Findings are matched by
 * their fingerprint, which survives builds; open handles by type, file and function; memory counts from a quarter more on. Pure; a report against itself has nothing new. Throws WT_INVALID_OPTION.
 */
export function compareReports(before: Report, after: Report, options: CompareOptions = {}): Comparison {
  checkOptions('compareReports', options, { minConfidence: oneOf(...sureness) });
  const least = sureness.indexOf(options.minConfidence ?? 'low');
  const changes = [
    ...compareFindings(before, after),
    ...compareOpen(before, after),
    ...compareLeft(before, after),
    ...compareOwned(before, after),
    ...compareFigures(before, after),
  ]
    .map((change) => (sureness.indexOf(change.confidence) < least ? { ...change, counts: false } : change))
    .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return {
    schema: 'watertight-comparison/1',
    before: runOf(before),
    after: runOf(after),
    ok: !changes.some((change) => change.counts),
    totals: totalsOf(changes),
    changes,
    notes: notesOf(before, after),
  };
}

/** The findings, open handles and leftovers of a report that are new or worse against the other. */
export function sinceBaseline(before: Report, after: Report): Pick<Report, 'findings' | 'open' | 'left'> {
  const counted = { finding: new Set<string>(), open: new Set<string>(), left: new Set<string>() };
  for (const { what, key, counts } of compareReports(before, after).changes)
    if (counts && what in counted) counted[what as keyof typeof counted].add(key);
  return {
    findings: after.findings.filter(({ id }) => counted.finding.has(id)),
    open: after.open.filter((group) => counted.open.has(openKey(group, after))),
    left: after.left.filter((one) => counted.left.has(leftKey(one))),
  };
}
