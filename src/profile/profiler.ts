import type { Timer } from '../kernel/clock/index.ts';
import { aBoolean, aName, bytes, checkOptions } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { Bytes, MaybePromise } from '../kernel/units.ts';
import type { ConstructorCount } from '../snapshot/index.ts';
import type { MemoryEfficiency } from './efficiency.ts';
import { efficiencyOf } from './efficiency.ts';
import type { MeasuredMemory } from './measure.ts';
import { measureIn } from './measure.ts';
import type { MemoryReport, MemoryReportOptions } from './memory-report.ts';
import { memoryReport, writeMemoryReport } from './memory-report.ts';
import { Meter } from './meter.ts';
import { countObjects } from './object-counts.ts';
import type { MemoryProfilerOptions, ProfilerSettings } from './profiler-options.ts';
import { profilerSettings } from './profiler-options.ts';
import { SectionBook } from './section-book.ts';
import type { MemorySection, SectionOptions } from './section.ts';
import { beginSection } from './section.ts';
import type { SectionReport } from './section-report.ts';
import type { SectionSummary } from './section-totals.ts';
import type { MemorySnapshot, Running } from './snapshot.ts';
import { snapshotOf } from './snapshot.ts';

/** What a snapshot of a profiler is given. */
export interface TakeSnapshotOptions {
  /** Kept with it: 1 to 256 characters. Default: none. */
  readonly label?: string;
}

/** Also counts the objects of the heap, by constructor. */
export interface CountObjectsOptions extends TakeSnapshotOptions {
  /** By a heap snapshot: this thread stands still for 50 to 100 ms per MB of its heap, and needs eight times its size meanwhile. */
  readonly objects: true;
  /** A heap in use that is larger is left alone. Default 67 108 864 (64 MB). */
  readonly maxHeapBytes?: Bytes;
}

/** Figures of one moment, and the objects of the heap, most bytes first. */
export interface ObjectSnapshot extends MemorySnapshot {
  readonly objects: readonly ConstructorCount[];
}

const snapshotRules: Rules = { label: aName, objects: aBoolean, maxHeapBytes: bytes };
const defaultMaxHeapBytes: Bytes = 64 * 1024 ** 2;

/**
 * Takes figures at an interval while it runs, measures sections and functions at any time, and puts both into a report. Everything
 * it keeps is bounded. While it is stopped and no section is open it holds nothing, no timer either; timers do not keep the process alive.
 */
export class MemoryProfiler implements Disposable {
  readonly #settings: ProfilerSettings;
  readonly #meter: Meter;
  readonly #book: SectionBook;
  #snapshots: MemorySnapshot[] = [];
  #running: Running | null = null;
  #timer: Timer | null = null;

  /** Throws WT_INVALID_OPTION. */
  constructor(options?: MemoryProfilerOptions) {
    this.#settings = profilerSettings(options);
    const { clock, logger, maxReports } = this.#settings;
    this.#meter = new Meter(clock);
    this.#book = new SectionBook({ meter: this.#meter, clock, logger, mostReports: maxReports });
  }

  get isProfiling(): boolean {
    return this.#running !== null;
  }

  /** The last `maxSnapshots`, oldest first. */
  get snapshots(): readonly MemorySnapshot[] {
    return [...this.#snapshots];
  }

  /** Reports of the last `maxReports` sections that ended, oldest first. */
  get sections(): readonly SectionReport[] {
    return this.#book.reports;
  }

  /** Sums by name of all sections that ended, those that allocated most first; at most 1 000 names. */
  get sectionSummaries(): readonly SectionSummary[] {
    return this.#book.summaries;
  }

  /** Takes the first snapshot at once and goes on at the interval until `stop()`. On a running profiler it does nothing. */
  start(): this {
    if (this.#running !== null) return this;
    this.#running = { from: this.#meter.begin('seldom'), startMs: this.#settings.clock.monotonic() };
    this.#tick();
    return this;
  }

  /** Takes the last snapshot, and no more; what was taken stays. Any number of calls. */
  stop(): void {
    if (this.#running === null) return;
    this.#try();
    this.#timer?.cancel();
    this.#timer = null;
    this.#meter.end(this.#running.from);
    this.#running = null;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** Takes a snapshot now, also on a profiler that is stopped. About 0.15 ms. Throws WT_INVALID_OPTION, and what the probe throws. */
  takeSnapshot(options?: TakeSnapshotOptions): MemorySnapshot;
  /** Also counts the objects of the heap by constructor, which costs a heap snapshot. The counts are not kept. Rejects with WT_NOT_AVAILABLE where the heap is too large, or snapshots are forbidden. */
  takeSnapshot(options: CountObjectsOptions): Promise<ObjectSnapshot>;
  takeSnapshot(options: TakeSnapshotOptions | CountObjectsOptions = {}): MemorySnapshot | Promise<ObjectSnapshot> {
    checkOptions('takeSnapshot', options, snapshotRules);
    const snapshot = this.#take(options.label ?? null);
    if (!('objects' in options) || !options.objects) return snapshot;
    return countObjects(options.maxHeapBytes ?? defaultMaxHeapBytes).then((objects) => Object.freeze({ ...snapshot, objects }));
  }

  /** Begins a section; see `trackMemoryUsage`. The profiler need not run. Throws WT_INVALID_OPTION. */
  track(name: string, options?: SectionOptions): MemorySection {
    return beginSection(this.#book, name, options);
  }

  /**
   * Calls `task` in a section of its own, which it is given to open further ones inside, and answers with what it returned and what it used; for a function that
   * returns a promise, a promise of that. What it throws is thrown on; the report is in `sections` then. Throws WT_INVALID_OPTION.
   */
  measure<R>(name: string, task: (section: MemorySection) => Promise<R>, options?: SectionOptions): Promise<MeasuredMemory<R>>;
  measure<R>(name: string, task: (section: MemorySection) => R, options?: SectionOptions): MeasuredMemory<R>;
  measure<R>(
    name: string,
    task: (section: MemorySection) => MaybePromise<R>,
    options?: SectionOptions,
  ): MaybePromise<MeasuredMemory<R>> {
    const section = this.track(name, options);
    const result = measureIn(section, () => task(section));
    if (result instanceof Promise) return result.then((value) => ({ value, memory: section.end() }));
    return { value: result, memory: section.end() };
  }

  /** How memory was used between the snapshots, and how that changed. */
  efficiency(): MemoryEfficiency {
    return efficiencyOf(this.#snapshots);
  }

  /** What is known now, as plain data. Throws WT_INVALID_OPTION. */
  report(options?: MemoryReportOptions): MemoryReport {
    return memoryReport(
      {
        atMs: this.#settings.clock.now(),
        snapshots: this.#snapshots,
        reports: this.#book.reports,
        summaries: this.#book.summaries,
        open: this.#book.openCount,
      },
      options,
    );
  }

  /**
   * Writes the report as JSON, under another name first, so that the file is never half a report. Only its owner can read it. Answers with the
   * report. Rejects with WT_INVALID_OPTION, and with what the file system says.
   */
  async generateMemoryReport(file: string, options?: MemoryReportOptions): Promise<MemoryReport> {
    const report = this.report(options);
    await writeMemoryReport(file, report);
    return report;
  }

  /** Forgets snapshots, reports and sums. */
  clear(): void {
    this.#snapshots = [];
    this.#book.clear();
  }

  #take(label: string | null): MemorySnapshot {
    const { clock, probe, maxSnapshots } = this.#settings;
    const running = this.#running === null ? null : { ...this.#running, mark: this.#meter.now(this.#running.from).mark };
    const snapshot = snapshotOf({ atMs: clock.now(), nowMs: clock.monotonic(), label, reading: probe(), running });
    this.#snapshots.push(snapshot);
    if (this.#snapshots.length > maxSnapshots) this.#snapshots.shift();
    return snapshot;
  }

  #tick(): void {
    this.#timer = this.#settings.clock.schedule(this.#settings.intervalMs, () => this.#tick());
    this.#try();
  }

  #try(): void {
    try {
      this.#take(null);
    } catch (error) {
      this.#settings.logger.error({ err: error }, 'watertight: a snapshot of the memory profiler could not be taken');
    }
  }
}
