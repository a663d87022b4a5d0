import type { OwnedProblem, ProcessInfo, Report, Site } from '../../wire/report.ts';
import { formatBytes, formatCount, formatCounted, formatDuration, formatShare } from '../../kernel/format.ts';
import type { Sites } from '../words/site.ts';
import { limitName } from '../words/memory.ts';
import { notes, samplingPhrase } from '../words/notes.ts';
import { commandText, diedHard } from '../words/process.ts';
import { functionName, position } from '../words/site.ts';
import type { Child } from './dom.ts';
import { code, el, facts, section } from './dom.ts';
import { breakable, place, placeText } from './place.ts';
import type { Column } from './table.ts';
import { dataTable } from './table.ts';

function dash(): HTMLElement {
  return el('span', { class: 'muted' }, '–');
}

function orDash(value: number | null, format: (value: number) => string): Child {
  return value === null ? dash() : format(value);
}

interface Placed {
  readonly process: ProcessInfo;
  readonly depth: number;
}

/** Parents before their children, each child one step further in. A parent that is not in the report, or a circle, counts as none. */
function asTree(processes: readonly ProcessInfo[]): readonly Placed[] {
  const placed: Placed[] = [];
  const left = new Set(processes);
  const add = (process: ProcessInfo, depth: number): void => {
    if (!left.delete(process)) return;
    placed.push({ process, depth });
    for (const child of processes) if (child.parent === process.key) add(child, depth + 1);
  };
  const keys = new Set(processes.map((process) => process.key));
  for (const process of processes) if (process.parent === null || !keys.has(process.parent)) add(process, 0);
  for (const process of processes) add(process, 0);
  return placed;
}

function endOf({ end }: ProcessInfo): string {
  if (end.kind === 'still-running') return 'running';
  if (end.signal !== null) return end.kind === 'signal' || end.kind === 'killed' ? end.signal : `${end.kind} (${end.signal})`;
  return end.code === null ? end.kind : `${end.kind}, status ${String(end.code)}`;
}

export function processSection(report: Report): HTMLElement {
  const rows = asTree(report.processes);
  return section(
    'processes',
    'Processes',
    dataTable<Placed>({
      caption: 'Processes of the run, children below their parents',
      unit: rows.length === 1 ? 'process' : 'processes',
      rows,
      ...(rows.length > 8 ? { text: processText } : {}),
      columns: processColumns,
    }),
    gapList(report),
  );
}

function processText({ process }: Placed): string {
  return `${commandText(process.command)} ${String(process.pid)} ${process.role} ${endOf(process)}`;
}

const processColumns: readonly Column<Placed>[] = [
  { title: 'Command', sort: ({ process }) => commandText(process.command), cell: commandCell },
  { title: 'Role', sort: ({ process }) => process.role, cell: ({ process }) => process.role },
  {
    title: 'Ended',
    sort: ({ process }) => endOf(process),
    cell: ({ process }) => el('span', { class: diedHard(process.end) ? 'bad' : undefined }, endOf(process)),
  },
  {
    title: 'Peak RSS',
    numeric: true,
    sort: ({ process }) => process.peakRssBytes ?? -1,
    cell: ({ process }) => orDash(process.peakRssBytes, formatBytes),
  },
  {
    title: 'CPU',
    numeric: true,
    sort: ({ process }) => process.cpuMs ?? -1,
    cell: ({ process }) => orDash(process.cpuMs, formatDuration),
  },
  { title: 'Threads', numeric: true, sort: ({ process }) => process.threads.length, cell: ({ process }) => threadsCell(process) },
  { title: 'Node', sort: ({ process }) => process.node, cell: ({ process }) => process.node },
];

function gapList(report: Report): HTMLElement | null {
  const gaps = report.processes.flatMap((process) =>
    process.threads.flatMap((thread) => thread.gaps.map((gap) => ({ process, thread, gap }))),
  );
  if (gaps.length === 0) return null;
  const items = gaps.map(({ process, thread, gap }) => {
    const who = `pid ${String(process.pid)}, thread ${thread.name ?? String(thread.id)}`;
    return el('li', {}, `No samples of ${who}, from ${formatDuration(gap.fromMs)} to ${formatDuration(gap.toMs)}: ${gap.why}`);
  });
  return el('ul', { class: 'muted' }, ...items);
}

function commandCell({ process, depth }: Placed): HTMLElement {
  const cell = el(
    'span',
    { class: 'command' },
    breakable(commandText(process.command)),
    el('span', { class: 'muted from' }, `pid ${String(process.pid)}`),
  );
  cell.style.setProperty('--depth', String(Math.min(depth, 8)));
  return cell;
}

function threadsCell(process: ProcessInfo): HTMLElement {
  const names = process.threads.map((thread) => `${thread.kind}${thread.name === null ? '' : ` "${thread.name}"`}`);
  return el('span', { title: names.join('\n') }, formatCount(process.threads.length));
}

export function siteSection(report: Report, sites: Sites): HTMLElement | null {
  if (report.sites.length === 0) return null;
  const made = new Map<number, number>();
  for (const group of report.open) if (group.site !== null) made.set(group.site, (made.get(group.site) ?? 0) + group.count);
  return section(
    'sites',
    'Lines',
    dataTable<Site>({
      caption: 'Lines of code that the report names',
      unit: report.sites.length === 1 ? 'line' : 'lines',
      rows: report.sites,
      text: (site) => `${placeText(site.id, sites)} ${site.package?.name ?? ''} ${site.raw.url}`,
      columns: [
        { title: 'Line', sort: position, cell: (site) => place(site.id, sites, false) },
        { title: 'Function', sort: functionName, cell: (site) => functionName(site) || dash() },
        { title: 'Package', sort: (site) => site.package?.name ?? '', cell: (site) => packageText(site) ?? dash() },
        {
          title: 'Handles open',
          numeric: true,
          sort: (site) => made.get(site.id) ?? 0,
          cell: (site) => formatCount(made.get(site.id) ?? 0),
        },
        {
          title: 'Source map',
          sort: (site) => site.mapped,
          cell: (site) => (site.mapped === 'none' ? (site.generated ? 'none found' : 'not needed') : `from the ${site.mapped}`),
        },
      ],
    }),
  );
}

function packageText(site: Site): string | null {
  if (site.package === null) return null;
  return site.package.version === null ? site.package.name : `${site.package.name} ${site.package.version}`;
}

export function leftSection(report: Report, sites: Sites): HTMLElement | null {
  if (report.left.length === 0) return null;
  return section(
    'left',
    'Left behind',
    dataTable({
      caption: 'Processes and temporary files that the program left behind',
      unit: report.left.length === 1 ? 'thing' : 'things',
      rows: report.left,
      columns: [
        {
          title: 'What',
          sort: (left) => left.what,
          cell: (left) => el('span', {}, left.kind === 'process' ? 'process ' : 'temporary file ', breakable(left.what)),
        },
        { title: 'How we know', cell: (left) => left.proof },
        { title: 'Removed', sort: (left) => String(left.removed), cell: (left) => (left.removed ? 'yes' : 'no') },
        { title: 'Made at', sort: (left) => placeText(left.site, sites), cell: (left) => place(left.site, sites) },
      ],
    }),
  );
}

export function ownedSection(report: Report): HTMLElement | null {
  const totals = Object.entries(report.owned.totals);
  if (totals.length === 0 && report.owned.problems.length === 0) return null;
  const figure = (name: 'live' | 'released' | 'failed' | 'timedOut' | 'abandoned', title: string) => ({
    title,
    numeric: true,
    sort: ([, total]: (typeof totals)[number]) => total[name],
    cell: ([, total]: (typeof totals)[number]) => formatCount(total[name]),
  });
  return section(
    'owned',
    'Owned resources',
    report.owned.problems.length === 0 ? null : problemTable(report.owned.problems),
    totals.length === 0
      ? null
      : dataTable({
          caption: 'Resources that the program registered, by type',
          unit: totals.length === 1 ? 'type' : 'types',
          rows: totals,
          columns: [
            { title: 'Type', sort: ([type]) => type, cell: ([type]) => type },
            figure('live', 'Live'),
            figure('released', 'Released'),
            figure('failed', 'Failed'),
            figure('timedOut', 'Timed out'),
            figure('abandoned', 'Abandoned'),
          ],
        }),
  );
}

function problemTable(problems: readonly OwnedProblem[]): HTMLElement {
  return dataTable({
    caption: 'Resources that were not released as they should have been',
    unit: problems.length === 1 ? 'problem' : 'problems',
    rows: problems,
    columns: [
      {
        title: 'Resource',
        sort: (problem) => problem.name ?? '',
        cell: (problem) => `${problem.type} ${problem.name === null ? `#${String(problem.id)}` : `"${problem.name}"`}`,
      },
      { title: 'Outcome', sort: (problem) => problem.result, cell: (problem) => el('span', { class: 'bad' }, problem.result) },
      { title: 'On', sort: (problem) => problem.reason ?? '', cell: (problem) => problem.reason ?? dash() },
      { title: 'Error', cell: (problem) => problem.error ?? dash() },
      {
        title: 'Made at',
        sort: (problem) => problem.createdAt ?? '',
        cell: (problem) => (problem.createdAt === null ? dash() : breakable(problem.createdAt)),
      },
    ],
  });
}

export function noteSection(report: Report): HTMLElement | null {
  const rows = notes(report);
  if (rows.length === 0) return null;
  return section(
    'notes',
    'What this report cannot tell',
    el('ul', { class: 'notes' }, ...rows.map(({ what, why }) => el('li', {}, el('strong', {}, what), `: ${why}`))),
  );
}

export function environmentSection(report: Report): HTMLElement {
  const { run, tool, cost, memory } = report;
  return section(
    'environment',
    'Environment and cost',
    el(
      'div',
      { class: 'columns' },
      facts([
        ['command', code(commandText(run.command))],
        ['directory', breakable(run.cwd)],
        ['run', code(run.id)],
        ['started', code(run.startedAt)],
        ['watertight', `${tool.version} on Node ${tool.node}`],
        [
          'options',
          Object.entries(run.options)
            .map(([name, value]) => `${name}=${String(value)}`)
            .join(', '),
        ],
        ...memory.limits.map(
          (limit) =>
            [
              limitName(limit.name),
              `${formatBytes(limit.bytes)}, ${limit.source}${limit.name === memory.tightest ? ' (the tightest)' : ''}`,
            ] as const,
        ),
      ]),
      facts([
        ['CPU of watching', cost.cpuShare === null ? 'not measured' : formatShare(cost.cpuShare)],
        ['memory of watching', cost.rssBytes === null ? 'not measured' : formatBytes(cost.rssBytes)],
        ['longest pause', cost.longestPauseMs === null ? 'not measured' : formatDuration(cost.longestPauseMs)],
        ['forced collections', formatCount(cost.forcedCollections)],
        ['sampling', samplingPhrase(cost)],
        ['left out', cost.skipped.length === 0 ? 'nothing' : formatCounted(cost.skipped.length, 'step')],
      ]),
    ),
  );
}
