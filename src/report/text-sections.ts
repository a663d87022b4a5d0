import type { Left, OwnedProblem, ProcessInfo } from '../wire/report.ts';
import type { Block, TextContext } from './block.ts';
import { baselineCounts } from './words/baseline.ts';
import { clean, whole, wrap } from './lines.ts';
import { collectorPhrase, limitOfHeap, limitOfRss, usedOf } from './words/memory.ts';
import { costPhrase, notes } from './words/notes.ts';
import { asOf, byUse, commandText, diedHard } from './words/process.ts';
import { position, sitesById } from './words/site.ts';
import { formatBytes, formatCounted } from '../kernel/format.ts';

const mostRows = 8;

/** The first ones, and how many more there are. */
function bounded(rows: readonly (readonly string[])[], one: string): readonly string[] {
  const rest = rows.length - mostRows;
  return [
    ...rows.slice(0, mostRows).flat(),
    ...(rest > 0 ? [`and ${formatCounted(rest, `more ${one}`, `more ${one.endsWith('s') ? `${one}es` : `${one}s`}`)}`] : []),
  ];
}

/** How it died; an orderly end is part of the verdict's sentence. */
export function endBlock({ report, width }: TextContext): Block | null {
  if (!diedHard(report.end)) return null;
  const recorded = asOf(report.end);
  const text = recorded === null ? report.end.text : `${report.end.text}; what follows is ${recorded}`;
  return { label: 'ENDED', style: 'red', lines: wrap(clean(text), width) };
}

export function failBlocks({ report, width }: TextContext): readonly Block[] {
  const hits = report.verdict.failOn.filter((rule) => rule.hit).map((rule) => rule.rule);
  if (hits.length === 0) return [];
  const status = report.verdict.exitStatus === null ? '' : `: exit status ${String(report.verdict.exitStatus)}`;
  return [{ label: 'FAILED', style: 'red', lines: wrap(clean(`--fail-on ${hits.join(', ')}${status}`), width) }];
}

/** What an earlier run is held against: said also where nothing came of it. */
export function baselineBlock({ report, width }: TextContext): Block | null {
  const { baseline } = report;
  if (baseline === undefined) return null;
  const counts = baselineCounts(baseline);
  const rows = baseline.regressions.map((text) => wrap(clean(text), width));
  const head = wrap(
    clean(`against ${baseline.file} of ${baseline.startedAt}: ${counts}; only what is new or worse counts for --fail-on`),
    width,
  );
  return { label: 'BASE', ...(rows.length === 0 ? {} : { style: 'yellow' }), lines: [...head, ...bounded(rows, 'change')] };
}

export function leftBlock({ report, width }: TextContext): Block | null {
  if (report.left.length === 0) return null;
  const sites = sitesById(report);
  const rows = report.left.map((left) => {
    const site = left.site === null ? undefined : sites.get(left.site);
    const made = site === undefined ? '' : `, made at ${whole(position(site))}`;
    return wrap(`${leftName(left)} ${clean(left.what)}, ${clean(left.proof)}${made}${left.removed ? ', removed' : ''}`, width);
  });
  return { label: 'LEFT', style: 'yellow', lines: [...bounded(rows, 'item'), ...leftAdvice(report.left, width)] };
}

/** Processes can be ended on request; files that nobody registered are nobody's to delete. */
function leftAdvice(left: readonly Left[], width: number): readonly string[] {
  const remain = new Set(left.filter(({ removed }) => !removed).map(({ kind }) => kind));
  return [
    ...(remain.has('process') ? wrap('run with --reap to end such processes', width) : []),
    ...(remain.has('temp') ? wrap('temporary files are only listed, never deleted', width) : []),
  ];
}

function leftName(left: Left): string {
  return left.kind === 'process' ? 'process' : 'temporary file';
}

export function ownedBlock({ report, width }: TextContext): Block | null {
  const { problems } = report.owned;
  if (problems.length === 0) return null;
  const rows = problems.map((problem) => wrap(problemText(problem), width));
  return { label: 'OWNED', style: 'red', lines: bounded(rows, 'problem') };
}

function problemText(problem: OwnedProblem): string {
  const name = problem.name === null ? `#${String(problem.id)}` : `"${clean(problem.name)}"`;
  const error = problem.error === null ? '' : `: ${clean(problem.error)}`;
  const reason = problem.reason === null ? '' : ` on ${clean(problem.reason)}`;
  const made = problem.createdAt === null ? '' : `, made at ${whole(problem.createdAt)}`;
  return `${clean(problem.type)} ${name} ${clean(problem.result)}${reason}${error}${made}`;
}

/** Which programs ran, when it was more than one: first the one that used most; launchers are folded. */
export function ranBlock({ report, width }: TextContext): Block | null {
  const judged = report.processes.filter((process) => process.role !== 'launcher').sort(byUse);
  if (judged.length < 2) return null;
  const launchers = report.processes.filter((process) => process.role === 'launcher');
  const started = launchers.map((process) => clean(commandText(process.command))).join(', ');
  const rows = judged.map((process) => wrap(processText(process), width));
  return {
    label: 'RAN',
    lines: [...bounded(rows, 'process'), ...(launchers.length === 0 ? [] : wrap(`started by ${started}`, width))],
  };
}

function processText(process: ProcessInfo): string {
  const workers = process.threads.filter((thread) => thread.kind === 'worker').length;
  const parts = [
    process.peakRssBytes === null ? null : `peak rss ${formatBytes(process.peakRssBytes)}`,
    workers === 0 ? null : formatCounted(workers, 'worker thread'),
    diedHard(process.end) ? `died: ${process.end.signal ?? process.end.kind}` : null,
  ].filter((part) => part !== null);
  const head = `${clean(commandText(process.command))} (${whole(`pid ${String(process.pid)}`)})`;
  return parts.length === 0 ? head : `${head}: ${parts.join(', ')}`;
}

export function memoryBlock({ report, width }: TextContext): Block | null {
  const { peak, gc } = report.memory;
  const parts = [
    peak.rssBytes === null ? null : `peak rss ${usedOf(peak.rssBytes, limitOfRss(report.memory))}`,
    peak.heapBytes === null ? null : `heap ${usedOf(peak.heapBytes, limitOfHeap(report.memory))}`,
    peak.externalBytes === null || peak.externalBytes < 16 * 1024 ** 2 ? null : `external ${formatBytes(peak.externalBytes)}`,
    gc.full === 0 ? 'no full collection' : collectorPhrase(gc),
  ].filter((part) => part !== null);
  return { label: 'MEMORY', lines: wrap(clean(parts.join(' · ')), width) };
}

export function costBlock({ report, width }: TextContext): Block {
  return { label: 'COST', style: 'dim', lines: wrap(`of watching: ${costPhrase(report)}`, width) };
}

export function noteBlock({ report, width }: TextContext): Block | null {
  const rows = notes(report).map(({ what, why }) => wrap(clean(`${what}: ${why}`), width));
  return rows.length === 0 ? null : { label: 'NOTE', style: 'dim', lines: bounded(rows, 'note') };
}
