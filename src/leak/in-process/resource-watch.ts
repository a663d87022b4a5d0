import type { Timer } from '../../kernel/clock/index.ts';
import { formatBytes, formatCount, formatDuration } from '../../kernel/format.ts';
import type { DetectedLeak, LeakReport, LeakWatch } from '../../kernel/leak-watch.ts';
import { IncidentBook } from './incident-book.ts';
import type { Seen } from './incident-book.ts';
import type { ResourceFigures } from './resource-figures.ts';
import type { ResourceWatchOptions, WatchSettings } from './resource-watch-options.ts';
import { watchSettings } from './resource-watch-options.ts';
import { severityOf } from './severity.ts';
import { tellLeak } from './tell-leak.ts';

type Metric = Exclude<DetectedLeak['metric'], 'allocations' | 'external'>;

const metrics: readonly (readonly [Metric, keyof ResourceFigures])[] = [
  ['handles', 'handles'],
  ['descriptors', 'descriptors'],
  ['connections', 'connections'],
  ['threads', 'threads'],
  ['memory', 'memoryBytes'],
];

/** Growth that is this much of the growth at which it opened, or less, ends it: a figure at the threshold must not open and end in turns. */
const endsBelow = 0.5;

interface Grown {
  readonly metric: Metric;
  readonly key: keyof ResourceFigures;
  readonly from: number;
  readonly to: number;
}

/**
 * Compares what the process holds with what it held at the start: handles, descriptors, connections, threads, memory. Each metric is a leak of
 * its own, found once, and ends when it has gone back. It names no line: for that run the program under `watertight run`. Holds nothing until
 * `start()`; its timer does not keep the process alive.
 */
export class ResourceWatch implements LeakWatch, Disposable {
  readonly #settings: WatchSettings;
  readonly #book: IncidentBook = new IncidentBook();
  /** Looks in a row at which a metric was above its threshold. */
  readonly #streaks: Map<Metric, number> = new Map();
  #baseline: ResourceFigures | null = null;
  #startedMs = 0;
  #timer: Timer | null = null;

  /** Throws WT_INVALID_OPTION. */
  constructor(options?: ResourceWatchOptions) {
    this.#settings = watchSettings(options);
  }

  get running(): boolean {
    return this.#timer !== null;
  }

  /** What the process held at the start; `null` before. */
  get baseline(): ResourceFigures | null {
    return this.#baseline;
  }

  /** Takes the baseline, unless there is one, and looks at each interval until `stop()`. On a running watch it does nothing. */
  start(): this {
    if (this.#timer !== null) return this;
    if (this.#baseline === null) this.rebase();
    this.#arm();
    return this;
  }

  /** Looks no more. Baseline and leaks stay; `start()` goes on. Any number of calls. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** Takes what the process holds now for the baseline, once it has warmed up, say. Leaks end. */
  rebase(): void {
    const { clock, probe } = this.#settings;
    for (const id of this.#book.openIds) this.#book.end(id, clock.now(), 'a new baseline was taken');
    this.#streaks.clear();
    this.#startedMs = clock.monotonic();
    this.#baseline = probe();
  }

  /** Looks now, and answers with the leaks that are news. */
  check(): readonly DetectedLeak[] {
    if (this.#baseline === null) this.rebase();
    const figures = this.#settings.probe();
    const news = metrics.flatMap(([metric, key]) => this.#judge(metric, key, figures) ?? []);
    for (const leak of news) tellLeak(leak, this.#settings);
    return news;
  }

  getLeakReport(): LeakReport {
    return this.#book.report;
  }

  #arm(): void {
    this.#timer = this.#settings.clock.schedule(this.#settings.intervalMs, () => {
      this.#arm();
      try {
        this.check();
      } catch (error) {
        this.#settings.logger.error({ err: error }, 'watertight: resources could not be looked at');
      }
    });
  }

  #judge(metric: Metric, key: keyof ResourceFigures, figures: ResourceFigures): DetectedLeak | null {
    const [from, to] = [this.#baseline?.[key] ?? null, figures[key]];
    if (from === null || to === null) return null;
    const { clock, leakShare, leastGrowth, looks } = this.#settings;
    const threshold = Math.max(leastGrowth[key], leakShare * from);
    const grown = to - from;
    if (grown <= threshold) {
      this.#streaks.delete(metric);
      if (grown > endsBelow * threshold) return null;
      return this.#book.end(metric, clock.now(), `back at ${this.#say(key, to)}, from ${this.#say(key, from)} at the start`);
    }
    const streak = (this.#streaks.get(metric) ?? 0) + 1;
    this.#streaks.set(metric, streak);
    return this.#book.see(this.#seen({ metric, key, from, to }, streak >= looks), clock.now());
  }

  #seen({ metric, key, from, to }: Grown, isProven: boolean): Seen {
    const { clock, severityBytes, leakShare } = this.#settings;
    const isMemory = key === 'memoryBytes';
    const ms = Math.max(1, clock.monotonic() - this.#startedMs);
    const share = from === 0 ? '' : `, ${formatCount((100 * (to - from)) / from)} % more`;
    return {
      id: metric,
      metric,
      level: isProven ? 'leak' : 'suspect',
      severity: isMemory ? severityOf(to - from, severityBytes) : countSeverity((to - from) / Math.max(1, from * leakShare)),
      what: `${this.#say(key, to)}, from ${this.#say(key, from)} at the start ${formatDuration(ms)} ago${share}`,
      countIncrease: isMemory ? null : to - from,
      memoryIncreaseBytes: isMemory ? to - from : null,
      bytesPerSecond: isMemory ? ((to - from) / ms) * 1000 : null,
      site: null,
      calledFrom: [],
    };
  }

  #say(key: keyof ResourceFigures, value: number): string {
    return key === 'memoryBytes' ? `${formatBytes(value)} of resident memory` : `${formatCount(value)} ${key}`;
  }
}

/** How many times the growth that makes a leak. */
function countSeverity(times: number): DetectedLeak['severity'] {
  if (times > 20) return 'critical';
  if (times > 8) return 'high';
  return times > 3 ? 'medium' : 'low';
}
