import { formatBytes, formatBytesOf, formatCount, formatCounted, formatDuration, formatShare } from '../../kernel/format.ts';
import type { Paint } from '../../report/lines.ts';
import { clean, padEnd, padStart, release, widthOf, wrap } from '../../report/lines.ts';
import { growthPhrase, levelWord } from '../../report/words/finding.ts';
import { ageText, alivePhrase, byUrgency, countPhrase, growsPhrase, whatIsOpen } from '../../report/words/open.ts';
import { functionName, position, sitesById } from '../../report/words/site.ts';
import { verdictWords } from '../../report/words/verdict.ts';
import type { Finding, OpenGroup, Report } from '../../wire/index.ts';
import { blockChart } from './chart.ts';
import type { SortKey, TopRow } from './rows.ts';

/** What there is to draw. */
export interface TopView {
  readonly rows: readonly TopRow[];
  /** Key of the chosen process. */
  readonly chosen: string | undefined;
  readonly sort: SortKey;
  readonly filter: string;
  /** The filter is being typed. */
  readonly isTyping: boolean;
  /** A question or an answer, in place of the keys. */
  readonly message: string;
  /** Lines of the lower list that were scrolled away. */
  readonly scrolled: number;
  readonly time: string;
}

export interface ScreenSize {
  readonly columns: number;
  readonly lines: number;
}

const keys = '↑↓ choose   r report   c collect   s snapshot   o sort   / filter   q quit';

/** Cut to the width, with an ellipsis where something was lost. */
function fit(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let cut = '';
  for (const character of text) {
    if (widthOf(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

function titleLine(view: TopView, { columns }: ScreenSize, paint: Paint): string {
  const count = formatCounted(view.rows.length, 'watched process', 'watched processes');
  const filter = view.filter === '' ? '' : ` · only "${view.filter}"`;
  const left = `watertight top · ${count} · by ${view.sort}${filter}`;
  return paint('bold', padEnd(fit(left, columns - 14), columns - 13)) + padStart(view.time, 12);
}

const columnsOf = [
  ['PID', 8],
  ['MEMORY', 9],
  ['HEAP', 9],
  ['CPU', 7],
  ['OPEN', 7],
  ['FOUND', 7],
] as const;

function processCells(row: TopRow): readonly string[] {
  return [
    String(row.pid),
    formatBytes(row.rssBytes),
    formatBytes(row.heapBytes),
    row.cpuShare === null ? '–' : formatShare(row.cpuShare),
    formatCount(row.open),
    row.findings === 0 ? '–' : formatCount(row.findings),
  ];
}

function processLines(view: TopView, size: ScreenSize, paint: Paint, most: number): readonly string[] {
  const head = `  ${columnsOf.map(([name, width]) => padStart(name, width)).join('')}  PROGRAM`;
  const at = Math.max(
    0,
    view.rows.findIndex((row) => row.key === view.chosen),
  );
  const from = Math.max(0, Math.min(at - Math.floor(most / 2), view.rows.length - most));
  const shown = view.rows.slice(from, from + most).map((row) => {
    const cells = processCells(row).map((cell, index) => padStart(cell, columnsOf[index]?.[1] ?? 0));
    const threads = row.threads > 1 ? ` (${row.threads} threads)` : '';
    const isChosen = row.key === view.chosen;
    const line = fit(`${isChosen ? '› ' : '  '}${cells.join('')}  ${clean(row.program)}${threads}`, size.columns);
    return isChosen ? paint('bold', line) : line;
  });
  const rest = view.rows.length - shown.length;
  return [
    paint('dim', fit(head, size.columns)),
    ...shown,
    ...(rest > 0 ? [paint('dim', `  and ${formatCount(rest)} more`)] : []),
  ];
}

function memoryLines(row: TopRow, size: ScreenSize, paint: Paint, height: number): readonly string[] {
  const samples = row.main.samples.entries;
  const label = 10;
  const width = Math.min(samples.length, size.columns - label - 1);
  if (width < 2) return [paint('dim', '  memory: waiting for the first samples')];
  const heap = samples.map((sample) => sample[3]);
  const top = Math.max(...heap) * 1.05;
  const lines = blockChart(heap, { width: size.columns - label - 1, height }, top);
  return lines.map((line, index) => {
    const mark = index === 0 ? formatBytes(top) : index === height - 1 ? '0' : '';
    return `${paint('dim', padStart(mark, label - 1))} ${paint('cyan', line)}`;
  });
}

function memoryText(row: TopRow, report: Report | undefined): string {
  const heap = row.heapLimitBytes > 0 ? formatBytesOf(row.heapBytes, row.heapLimitBytes) : formatBytes(row.heapBytes);
  const container = report?.memory.limits.find(({ name }) => name === 'cgroup');
  const rss = container === undefined ? formatBytes(row.rssBytes) : formatBytesOf(row.rssBytes, container.bytes);
  const cost = row.costShare === null ? '' : ` · watching takes ${formatShare(row.costShare)}`;
  return `heap ${heap} · memory ${rss}${cost}`;
}

function headLines(row: TopRow, report: Report | undefined, { columns }: ScreenSize, paint: Paint): readonly string[] {
  const age = formatDuration(row.main.lastMs);
  const verdict = report === undefined ? '' : ` · ${verdictWords(report.verdict.level)}`;
  const mode = row.run.run?.mode ?? '';
  return [
    paint('bold', fit(`${clean(row.program)} (pid ${row.pid})`, columns)),
    fit(`watched for ${age} in ${mode} mode, Node ${row.main.header.node.replace(/^v/, '')}${verdict}`, columns),
    fit(memoryText(row, report), columns),
  ];
}

function findingLine(finding: Finding, report: Report, columns: number): string {
  const site = finding.site === null ? undefined : sitesById(report).get(finding.site);
  const where = site === undefined ? clean(finding.what) : `${clean(position(site))} ${clean(functionName(site))}`.trimEnd();
  const level = [levelWord(finding.level), finding.severity].filter((word) => word !== null).join(' ');
  return fit(`  ${padEnd(level, 17)} ${[where, growthPhrase(finding)].filter((part) => part !== null).join('  ')}`, columns);
}

function findingLines(row: TopRow, report: Report, { columns }: ScreenSize, paint: Paint): readonly string[] {
  const standing = report.findings.filter((found) => found.closed === null && found.processes.includes(row.key));
  if (standing.length === 0) return [];
  return ['', paint('bold', 'FOUND'), ...standing.map((found) => paint('red', findingLine(found, report, columns)))];
}

function openLine(group: OpenGroup, report: Report, columns: number): string {
  const site = group.site === null ? undefined : sitesById(report).get(group.site);
  const user = site?.user == null ? site : (sitesById(report).get(site.user) ?? site);
  const place = user === undefined ? 'line not known' : `${clean(position(user))} ${clean(functionName(user))}`.trimEnd();
  const what = [whatIsOpen(group), alivePhrase(group, true) === null ? null : 'keeps it alive', growsPhrase(group)];
  const wide = Math.max(20, Math.floor(columns * 0.42));
  const text = padEnd(fit(clean(what.filter((part) => part !== null).join(', ')), wide), wide);
  return fit(`  ${padStart(countPhrase(group), 6)} ${padStart(ageText(group), 7)}  ${text}  ${place}`, columns);
}

function openLines(row: TopRow, report: Report, { columns }: ScreenSize, paint: Paint): readonly string[] {
  const groups = report.open.filter((group) => group.processes.includes(row.key)).toSorted(byUrgency);
  const head = paint('dim', fit(`  ${padStart('count', 6)} ${padStart('oldest', 7)}  what, and the line that made it`, columns));
  if (groups.length === 0) return ['', paint('bold', 'OPEN'), '  nothing'];
  return ['', paint('bold', 'OPEN'), head, ...groups.map((group) => openLine(group, report, columns))];
}

function chosenLines(view: TopView, row: TopRow, size: ScreenSize, paint: Paint): readonly string[] {
  const { report } = row.run;
  const chart = memoryLines(row, size, paint, size.lines < 30 ? 3 : 6);
  const lists = report === undefined ? [] : [...findingLines(row, report, size, paint), ...openLines(row, report, size, paint)];
  return [...headLines(row, report, size, paint), ...chart, ...lists.slice(view.scrolled)];
}

/** Answers are told in full, over as many lines as it takes. */
function footer(view: TopView, { columns }: ScreenSize, paint: Paint): readonly string[] {
  if (view.isTyping) return [fit(`filter: ${view.filter}_   (enter keeps it, escape clears it)`, columns)];
  if (view.message === '') return [paint('dim', fit(keys, columns))];
  return wrap(clean(view.message), columns)
    .slice(0, 4)
    .map((line) => paint('yellow', release(fit(line, columns))));
}

/** The whole screen, exactly as many lines as there are. */
export function renderScreen(view: TopView, size: ScreenSize, paint: Paint): readonly string[] {
  const row = view.rows.find(({ key }) => key === view.chosen);
  const most = Math.max(2, Math.min(view.rows.length, Math.floor(size.lines / 4)));
  const empty = [
    '',
    view.filter === ''
      ? 'No program is watched now. Try: watertight run -- node app.js'
      : 'No watched program matches the filter.',
  ];
  const upper = view.rows.length === 0 ? empty : ['', ...processLines(view, size, paint, most), ''];
  const lower = row === undefined ? [] : chosenLines(view, row, size, paint);
  const below = footer(view, size, paint);
  const room = Math.max(0, size.lines - 1 - below.length);
  const body = [...upper, ...lower].slice(0, room);
  const padding = Array.from({ length: room - body.length }, () => '');
  return [titleLine(view, size, paint), ...body, ...padding, ...below];
}

/** Without a terminal: everything once, as plain lines. */
export function renderPlain(view: TopView, columns: number, paint: Paint): string {
  if (view.rows.length === 0) return 'watertight: no program is watched now. Try: watertight run -- node app.js\n';
  const size: ScreenSize = { columns, lines: 24 };
  const all = processLines(view, size, paint, view.rows.length);
  const each = view.rows.flatMap((row) => ['', ...chosenLines({ ...view, scrolled: 0 }, row, size, paint)]);
  return `${[...all, ...each].map((line) => line.trimEnd()).join('\n')}\n`;
}
