import type { OpenGroup, Report } from '../../wire/report.ts';
import { formatAge, formatCount, formatDecimal } from '../../kernel/format.ts';
import type { Sites } from '../words/site.ts';
import { byUrgency, countPhrase, openPhrase, openTotals, typeName, whatIsOpen } from '../words/open.ts';
import { choice, el, section } from './dom.ts';
import { place, placeText } from './place.ts';
import { dataTable } from './table.ts';
import { capital } from './sentence.ts';

/** A row of the table: one group of the report, or several of the same line or type taken together. */
interface OpenRow extends Pick<OpenGroup, 'count' | 'estimated' | 'growthPerMinute' | 'oldestMs' | 'keepsAlive'> {
  readonly what: string;
  readonly type: string;
  readonly site: number | null;
  readonly lines: number;
  readonly owners: string;
  readonly examples: readonly string[];
  readonly members: readonly OpenRow[];
}

type Grouping = 'none' | 'line' | 'type';

function toRow(group: OpenGroup): OpenRow {
  return { ...group, what: whatIsOpen(group), lines: 1, owners: group.owner ?? '', members: [] };
}

function sum(rows: readonly OpenRow[], value: (row: OpenRow) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}

function together(rows: readonly OpenRow[], by: Grouping): OpenRow {
  const [first] = rows;
  if (first === undefined || rows.length === 1) return first ?? emptyRow;
  const types = [...new Set(rows.map((row) => row.type))];
  const measured = rows.filter((row) => row.growthPerMinute !== null);
  return {
    what: types.map(typeName).join(', '),
    type: types.join(' '),
    site: by === 'line' ? first.site : null,
    lines: new Set(rows.map((row) => row.site)).size,
    owners: [...new Set(rows.map((row) => row.owners).filter(Boolean))].join(', '),
    examples: [],
    count: sum(rows, (row) => row.count),
    estimated: rows.some((row) => row.estimated),
    growthPerMinute: measured.length === 0 ? null : sum(measured, (row) => row.growthPerMinute ?? 0),
    oldestMs: Math.max(...rows.map((row) => row.oldestMs)),
    keepsAlive: sum(rows, (row) => row.keepsAlive),
    members: rows,
  };
}

const emptyRow: OpenRow = {
  what: '',
  type: '',
  site: null,
  lines: 0,
  owners: '',
  examples: [],
  count: 0,
  estimated: false,
  growthPerMinute: null,
  oldestMs: 0,
  keepsAlive: 0,
  members: [],
};

function grouped(rows: readonly OpenRow[], by: Grouping): readonly OpenRow[] {
  if (by === 'none') return rows;
  const groups = new Map<string, OpenRow[]>();
  for (const row of rows) {
    const key = by === 'type' ? row.type : String(row.site);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()].map((group) => together(group, by));
}

/** What stayed open: searchable, sorted by any column, by line or by type. */
export function openSection(report: Report, sites: Sites): HTMLElement {
  const running = report.end.kind === 'still-running';
  const title = running ? 'Open now' : 'Left open';
  if (report.open.length === 0)
    return section('open', title, el('p', { class: 'muted' }, running ? 'Nothing is open.' : 'Nothing was left open.'));
  const rows = [...report.open].sort(byUrgency).map(toRow);
  return section(
    'open',
    title,
    el(
      'p',
      { class: 'muted' },
      `${capital(openPhrase(report))}. What grows comes first, then what ${running ? 'keeps' : 'kept'} the process alive.`,
    ),
    openTable(report, rows, sites),
  );
}

function openTable(report: Report, rows: readonly OpenRow[], sites: Sites): HTMLElement {
  const state: { by: Grouping; type: string } = { by: 'none', type: '' };
  let setRows: (rows: readonly OpenRow[]) => void = () => undefined;
  const change = () =>
    setRows(
      grouped(
        rows.filter((row) => state.type === '' || row.type === state.type),
        state.by,
      ),
    );
  const types = [...new Set(rows.map((row) => row.type))].sort();
  const byGroup = choice(
    'Group by',
    [
      ['none', 'type and line'],
      ['line', 'line'],
      ['type', 'type'],
    ],
    (value) => {
      state.by = value === 'line' || value === 'type' ? value : 'none';
      change();
    },
  );
  const byType = choice('Type', [['', 'all'], ...types.map((type) => [type, typeName(type)] as const)], (value) => {
    state.type = value;
    change();
  });
  return dataTable<OpenRow>({
    caption: `Handles ${report.end.kind === 'still-running' ? 'open' : 'left open'}, ${formatCount(openTotals(report).handles)} in all`,
    unit: 'rows',
    rows,
    text: (row) =>
      [
        row.what,
        row.type,
        placeText(row.site, sites),
        row.owners,
        ...row.examples,
        ...row.members.map((member) => `${member.what} ${placeText(member.site, sites)}`),
      ].join(' '),
    children: (row) => row.members,
    controls: types.length > 1 ? [byType, byGroup] : [byGroup],
    onReady: (set) => {
      setRows = set;
    },
    columns: columns(sites),
  });
}

function columns(sites: Sites): Parameters<typeof dataTable<OpenRow>>[0]['columns'] {
  return [
    { title: 'What', sort: (row) => row.what, cell: (row) => whatCell(row) },
    { title: 'Count', numeric: true, sort: (row) => row.count, cell: (row) => countPhrase(row) },
    {
      title: 'A minute',
      numeric: true,
      sort: (row) => row.growthPerMinute ?? -Infinity,
      cell: (row) => growthCell(row.growthPerMinute),
    },
    { title: 'Oldest', numeric: true, sort: (row) => row.oldestMs, cell: (row) => formatAge(row.oldestMs) },
    {
      title: 'Keep it alive',
      numeric: true,
      sort: (row) => row.keepsAlive,
      cell: (row) => (row.keepsAlive === 0 ? el('span', { class: 'muted' }, '–') : formatCount(row.keepsAlive)),
    },
    {
      title: 'Made at',
      sort: (row) => (row.members.length > 0 && row.site === null ? '' : placeText(row.site, sites)),
      cell: (row) =>
        row.members.length > 0 && row.site === null
          ? el('span', { class: 'muted' }, `${formatCount(row.lines)} lines`)
          : place(row.site, sites),
    },
  ];
}

function whatCell(row: OpenRow): HTMLElement {
  return el(
    'span',
    { class: 'what', title: row.examples.length > 1 ? row.examples.join('\n') : undefined },
    row.what,
    row.owners === '' ? null : el('span', { class: 'muted from' }, `owned by ${row.owners}`),
  );
}

function growthCell(growth: number | null): HTMLElement {
  if (growth === null || growth === 0) return el('span', { class: 'muted' }, growth === null ? '–' : '0');
  return el('span', { class: growth > 0 ? 'bad' : 'muted' }, `${growth > 0 ? '+' : '−'}${formatDecimal(Math.abs(growth))}`);
}
