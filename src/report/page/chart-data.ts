import uPlot from 'uplot';
import type { MemoryLimit, MemorySeries, Report } from '../../wire/report.ts';
import { formatBytes } from '../../kernel/format.ts';
import { limitName } from '../words/memory.ts';
import { commandText } from '../words/process.ts';
import { capital } from './sentence.ts';

export interface Line {
  readonly name: string;
  /** Custom property of the style sheet that holds its colour. */
  readonly color: string;
  readonly kind: 'line' | 'points' | 'limit';
  readonly shown: boolean;
}

export interface ChartData {
  readonly lines: readonly Line[];
  readonly data: uPlot.AlignedData;
}

const measured: readonly (readonly [column: string, name: string, color: string])[] = [
  ['rssBytes', 'RSS', '--series-rss'],
  ['heapUsedBytes', 'Heap used', '--series-heap'],
  ['externalBytes', 'External', '--series-external'],
];

/** A limit further away than this many times the peak would press the lines flat: it begins switched off. */
const farAway = 2.5;

export function chartData(series: MemorySeries, limits: readonly MemoryLimit[]): ChartData {
  const rows = [...series.rows].filter((row) => typeof row[0] === 'number').sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  const times = rows.map((row) => (row[0] ?? 0) / 1000);
  const columns = measured.flatMap(([column, name, color]) => {
    const index = series.columns.indexOf(column);
    const values = rows.map((row) => row[index] ?? null);
    return index < 0 || values.every((value) => value === null)
      ? []
      : [{ values, line: { name, color, kind: 'line', shown: true } satisfies Line }];
  });
  const collected = [...series.collected].sort((a, b) => a[0] - b[0]);
  const points: [number[], (number | null)[]] = [collected.map(([tMs]) => tMs / 1000), collected.map(([, bytes]) => bytes)];
  const joined = uPlot.join([[times, ...columns.map(({ values }) => values)], points]);
  const peak = Math.max(
    1,
    ...columns.flatMap(({ values }) => values.map((value) => value ?? 0)),
    ...points[1].map((value) => value ?? 0),
  );
  const length = joined[0].length;
  const bounds = limits.map((limit) => ({
    values: Array.from({ length }, () => limit.bytes),
    line: {
      name: `${capital(limitName(limit.name))} ${formatBytes(limit.bytes)}`,
      color: '--series-limit',
      kind: 'limit',
      shown: limit.bytes <= peak * farAway,
    } satisfies Line,
  }));
  return {
    lines: [
      ...columns.map(({ line }) => line),
      { name: 'Heap after collection', color: '--series-collected', kind: 'points', shown: true },
      ...bounds.map(({ line }) => line),
    ],
    data: [...joined, ...bounds.map(({ values }) => values)] as uPlot.AlignedData,
  };
}

/** The series with most memory first: that is the program. */
export function pickable(report: Report): readonly (readonly [series: MemorySeries, name: string])[] {
  return report.memory.series
    .filter((series) => series.rows.length > 0 || series.collected.length > 0)
    .map((series) => ({ series, name: seriesName(report, series), peak: peakOf(series) }))
    .sort((a, b) => b.peak - a.peak)
    .map(({ series, name }) => [series, name] as const);
}

function peakOf(series: MemorySeries): number {
  const rss = series.columns.indexOf('rssBytes');
  return series.rows.reduce((peak, row) => Math.max(peak, row[rss] ?? 0), 0);
}

function seriesName(report: Report, series: MemorySeries): string {
  const process = report.processes.find((each) => each.key === series.process);
  if (process === undefined) return `${series.process}, thread ${String(series.thread)}`;
  const thread = process.threads.find((each) => each.id === series.thread);
  const isMain = series.thread === 0 || thread?.kind === 'main';
  const suffix = isMain ? '' : `, ${thread?.name ?? `thread ${String(series.thread)}`}`;
  return `${commandText(process.command)} (pid ${String(process.pid)})${suffix}`;
}
