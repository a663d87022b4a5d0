import uPlot from 'uplot';
import { formatBytes, formatDuration } from '../../kernel/format.ts';
import type { ChartData, Line } from './chart-data.ts';
import { button, el } from './dom.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly color: string;
}

const byteSteps = Array.from({ length: 50 }, (_, power) => 2 ** power);
const timeSteps = [
  0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400, 604_800,
];

function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Memory over time: drag to zoom, or the buttons, or the keys + − ← → and 0 while the chart has the focus. */
export class MemoryChart {
  readonly element: HTMLElement;
  readonly #chart: HTMLElement;
  readonly #legend: HTMLElement = el('div', { class: 'legend', role: 'group', 'aria-label': 'Lines of the chart' });
  readonly #time: HTMLElement = el('span', { class: 'time muted' });
  readonly #at: HTMLElement = el('p', { class: 'status muted', 'aria-live': 'off' });
  readonly #hidden = new Set<string>();
  readonly #shown = new Set<string>();
  #content: ChartData;
  #spans: readonly Span[];
  #plot: uPlot | null = null;
  #values: readonly HTMLElement[] = [];

  constructor(content: ChartData, spans: readonly Span[], summary: string) {
    this.#content = content;
    this.#spans = spans;
    this.#chart = el('div', {
      class: 'chart',
      tabindex: '0',
      role: 'group',
      'aria-label': `Chart of memory over time. ${summary} Keys: plus and minus zoom, arrows move, 0 shows all.`,
    });
    this.#chart.addEventListener('keydown', (event) => this.#onKey(event));
    const zoom = el(
      'div',
      { class: 'zoom', role: 'group', 'aria-label': 'Zoom' },
      button('+', { 'aria-label': 'Zoom in' }, () => this.#zoom(0.5)),
      button('−', { 'aria-label': 'Zoom out' }, () => this.#zoom(2)),
      button('◀', { 'aria-label': 'Earlier' }, () => this.#move(-0.25)),
      button('▶', { 'aria-label': 'Later' }, () => this.#move(0.25)),
      button('All', { 'aria-label': 'Show all of the run' }, () => this.#reset()),
    );
    this.element = el('div', { class: 'plot' }, this.#legend, this.#chart, el('div', { class: 'controls' }, zoom, this.#at));
    new ResizeObserver(() => this.#resize()).observe(this.#chart);
    for (const query of ['(prefers-color-scheme: dark)', 'print'])
      matchMedia(query).addEventListener('change', () => this.#build());
  }

  show(content: ChartData, spans: readonly Span[]): void {
    this.#content = content;
    this.#spans = spans;
    this.#build();
  }

  #isShown(line: Line): boolean {
    return line.shown ? !this.#hidden.has(line.name) : this.#shown.has(line.name);
  }

  #size(): { width: number; height: number } {
    const width = Math.max(240, this.#chart.clientWidth);
    return { width, height: width < 560 ? 240 : 340 };
  }

  #resize(): void {
    if (this.#plot === null) this.#build();
    else if (this.#plot.width !== this.#size().width) this.#plot.setSize(this.#size());
  }

  #build(): void {
    this.#plot?.destroy();
    this.#drawLegend();
    this.#plot = new uPlot(this.#options(), this.#content.data, this.#chart);
    this.#describe();
  }

  #options(): uPlot.Options {
    const text = colorOf('--muted');
    const grid = { stroke: colorOf('--grid'), width: 1 };
    const font = '12px system-ui, sans-serif';
    const axis = { stroke: text, grid, ticks: grid, font };
    const narrow = this.#size().width < 560;
    return {
      ...this.#size(),
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false },
        points: { size: (_plot, index) => (this.#content.lines[index - 1]?.kind === 'limit' ? 0 : 7) },
      },
      scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(1, max) * 1.06] } },
      axes: [
        {
          ...axis,
          incrs: timeSteps,
          size: 34,
          space: narrow ? 56 : 80,
          values: (_plot, ticks) => ticks.map((tick) => formatDuration(tick * 1000)),
        },
        {
          ...axis,
          incrs: byteSteps,
          size: 70,
          values: (_plot, ticks) => ticks.map((tick) => (tick === 0 ? '0' : formatBytes(tick))),
        },
      ],
      series: [{}, ...this.#content.lines.map((line) => this.#series(line))],
      hooks: {
        drawClear: [(plot) => this.#shade(plot)],
        setCursor: [(plot) => this.#follow(plot)],
        setScale: [() => this.#describe()],
      },
    };
  }

  #series(line: Line): uPlot.Series {
    const stroke = colorOf(line.color);
    const show = this.#isShown(line);
    if (line.kind === 'points')
      return {
        show,
        stroke,
        fill: stroke,
        paths: () => null,
        points: { show: true, size: 6, width: 0, fill: stroke, stroke },
      };
    if (line.kind === 'limit') return { show, stroke, width: 1.5, dash: [6, 4], points: { show: false } };
    return { show, stroke, width: 2, points: { show: false } };
  }

  /** Windows in which watertight sampled, and times without samples. */
  #shade(plot: uPlot): void {
    for (const span of this.#spans) {
      const left = Math.max(plot.bbox.left, plot.valToPos(span.fromMs / 1000, 'x', true));
      const right = Math.min(plot.bbox.left + plot.bbox.width, plot.valToPos(span.toMs / 1000, 'x', true));
      if (right <= left) continue;
      plot.ctx.fillStyle = colorOf(span.color);
      plot.ctx.fillRect(left, plot.bbox.top, right - left, plot.bbox.height);
    }
  }

  #drawLegend(): void {
    const items = this.#content.lines.map((line, index) => this.#legendItem(line, index));
    this.#values = items.map(({ value }) => value);
    this.#legend.replaceChildren(...items.map(({ item }) => item), this.#time);
  }

  #legendItem(line: Line, index: number): { item: HTMLElement; value: HTMLElement } {
    const value = el('span', { class: 'value' });
    const mark = el('span', { class: `mark ${line.kind}`, 'aria-hidden': 'true' });
    mark.style.setProperty('--mark', `var(${line.color})`);
    const item = button('', { 'aria-pressed': String(this.#isShown(line)) }, () => {
      const show = !this.#isShown(line);
      const set = line.shown ? this.#hidden : this.#shown;
      if (show === line.shown) set.delete(line.name);
      else set.add(line.name);
      item.setAttribute('aria-pressed', String(show));
      this.#plot?.setSeries(index + 1, { show });
    });
    item.append(mark, line.name, value);
    return { item, value };
  }

  #follow(plot: uPlot): void {
    const index = plot.cursor.idx;
    const second = index == null ? undefined : plot.data[0][index];
    this.#time.textContent = second === undefined ? '' : `at ${formatDuration(second * 1000)}`;
    for (const [line, value] of this.#values.entries()) {
      const bytes = index == null ? null : nearest(plot.data[line + 1], index);
      value.textContent = bytes === null || this.#content.lines[line]?.kind === 'limit' ? '' : formatBytes(bytes);
    }
  }

  #describe(): void {
    const [from, to] = this.#range();
    this.#at.textContent = `${formatDuration(from * 1000)} to ${formatDuration(to * 1000)}`;
  }

  #bounds(): readonly [from: number, to: number] {
    const times = this.#content.data[0];
    return [times[0] ?? 0, times[times.length - 1] ?? 1];
  }

  #range(): readonly [from: number, to: number] {
    const scale = this.#plot?.scales['x'];
    const [from, to] = this.#bounds();
    return [scale?.min ?? from, scale?.max ?? to];
  }

  #setRange(from: number, to: number): void {
    const [first, last] = this.#bounds();
    const length = Math.min(Math.max(to - from, 0.2), last - first);
    const start = Math.min(Math.max(from, first), last - length);
    this.#plot?.setScale('x', { min: start, max: start + length });
  }

  #zoom(factor: number): void {
    const [from, to] = this.#range();
    const middle = (from + to) / 2;
    const half = ((to - from) / 2) * factor;
    this.#setRange(middle - half, middle + half);
  }

  #move(share: number): void {
    const [from, to] = this.#range();
    const step = (to - from) * share;
    this.#setRange(from + step, to + step);
  }

  #reset(): void {
    this.#setRange(...this.#bounds());
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Readonly<Record<string, () => void>> = {
      '+': () => this.#zoom(0.5),
      '=': () => this.#zoom(0.5),
      '-': () => this.#zoom(2),
      ArrowLeft: () => this.#move(-0.25),
      ArrowRight: () => this.#move(0.25),
      '0': () => this.#reset(),
      Escape: () => this.#reset(),
    };
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  }
}

/** The last value at or before a place: collections have times of their own, between the samples. */
function nearest(values: ArrayLike<number | null | undefined> | undefined, index: number): number | null {
  if (values === undefined) return null;
  for (let at = index; at >= 0; at -= 1) {
    const value = values[at];
    if (value != null) return value;
  }
  return null;
}
