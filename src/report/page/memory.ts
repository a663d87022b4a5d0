import type { MemorySeries, Report } from '../../wire/report.ts';
import { formatBytes, formatCount, formatDuration } from '../../kernel/format.ts';
import { chartData, pickable } from './chart-data.ts';
import type { Span } from './chart.ts';
import { MemoryChart } from './chart.ts';
import { choice, el, section } from './dom.ts';
import { dataTable } from './table.ts';

/** Memory over time of one process or thread at a time, as a chart and, for who cannot see it, as figures. */
export function memorySection(report: Report): HTMLElement {
  const series = pickable(report);
  const [first] = series;
  if (first === undefined) return section('memory', 'Memory over time', el('p', { class: 'muted' }, 'Nothing was recorded.'));
  const chart = new MemoryChart(chartData(first[0], report.memory.limits), spansOf(report, first[0]), summaryOf(first[0]));
  const figures = el('div', {}, collectedTable(first[0]));
  const summary = el('p', { class: 'muted' }, summaryOf(first[0]));
  const pick = choice(
    'Process or thread',
    series.map(([, name], index) => [String(index), name] as const),
    (value) => {
      const chosen = series[Number(value)]?.[0] ?? first[0];
      chart.show(chartData(chosen, report.memory.limits), spansOf(report, chosen));
      summary.textContent = summaryOf(chosen);
      figures.replaceChildren(collectedTable(chosen));
    },
  );
  const sampled =
    report.cost.samplingWindows.length === 0 ? null : el('p', { class: 'muted' }, 'Shaded: sampling windows of watertight.');
  const controls = series.length > 1 ? el('div', { class: 'controls' }, pick) : null;
  return section(
    'memory',
    'Memory over time',
    controls,
    summary,
    chart.element,
    sampled,
    el('details', {}, el('summary', {}, 'Memory after each full collection, as a table'), figures),
  );
}

function spansOf(report: Report, series: MemorySeries): readonly Span[] {
  const thread = report.processes
    .find((process) => process.key === series.process)
    ?.threads.find((each) => each.id === series.thread);
  const gaps = (thread?.gaps ?? []).map(({ fromMs, toMs }) => ({ fromMs, toMs, color: '--gap' }));
  return [...report.cost.samplingWindows.map(({ fromMs, toMs }) => ({ fromMs, toMs, color: '--window' })), ...gaps];
}

function summaryOf({ collected }: MemorySeries): string {
  const first = collected[0];
  const last = collected.at(-1);
  if (first === undefined || last === undefined) return 'No full collection was seen.';
  if (collected.length === 1) return `In use after the only full collection: ${formatBytes(first[1])}.`;
  return `In use after full collections: ${formatBytes(first[1])} at first, ${formatBytes(last[1])} at last, over ${formatCount(collected.length)} collections.`;
}

function collectedTable(series: MemorySeries): HTMLElement {
  return dataTable({
    caption: 'Memory in use after full collections',
    unit: 'collections',
    rows: series.collected,
    columns: [
      { title: 'After', numeric: true, sort: ([tMs]) => tMs, cell: ([tMs]) => formatDuration(tMs) },
      { title: 'In use', numeric: true, sort: ([, bytes]) => bytes, cell: ([, bytes]) => formatBytes(bytes) },
      { title: 'Collection', sort: ([, , how]) => how, cell: ([, , how]) => how },
    ],
  });
}
