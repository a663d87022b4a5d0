import { invalid } from '../kernel/options.ts';
import type { MaybePromise } from '../kernel/units.ts';
import type { MeasuredMemory } from './measure.ts';
import type { MemoryReport, MemoryReportOptions } from './memory-report.ts';
import { MemoryProfiler } from './profiler.ts';
import type { MemoryProfilerOptions } from './profiler-options.ts';
import type { MemorySection, SectionOptions } from './section.ts';

let profiler: MemoryProfiler | undefined;

/**
 * The profiler of this thread, made on first use; each copy of the package has its own. Throws WT_INVALID_OPTION when options come after it
 * was made: they could change nothing any more.
 */
export function getMemoryProfiler(options?: MemoryProfilerOptions): MemoryProfiler {
  if (profiler !== undefined && options !== undefined)
    throw invalid('getMemoryProfiler', 'options count only on the first call; the profiler has been made');
  profiler ??= new MemoryProfiler(options);
  return profiler;
}

/**
 * Begins a section of the thread's profiler: `using section = trackMemoryUsage('import')`, or `section.end()`. Its report has the
 * change, the true peak, the bytes allocated, the duration and the time in collections. Beginning and end take about 0.1 ms together. Throws WT_INVALID_OPTION.
 */
export function trackMemoryUsage(name: string, options?: SectionOptions): MemorySection {
  return getMemoryProfiler().track(name, options);
}

/** Calls `task` in a section of the thread's profiler: see `MemoryProfiler.measure`. Throws WT_INVALID_OPTION. */
export function measureMemory<R>(
  name: string,
  task: (section: MemorySection) => Promise<R>,
  options?: SectionOptions,
): Promise<MeasuredMemory<R>>;
export function measureMemory<R>(name: string, task: (section: MemorySection) => R, options?: SectionOptions): MeasuredMemory<R>;
export function measureMemory<R>(
  name: string,
  task: (section: MemorySection) => R,
  options?: SectionOptions,
): MaybePromise<MeasuredMemory<Awaited<R>>> | MeasuredMemory<R> {
  return getMemoryProfiler().measure(name, task, options);
}

/** Writes the report of the thread's profiler to a file: see `MemoryProfiler.generateMemoryReport`. */
export function generateMemoryReport(file: string, options?: MemoryReportOptions): Promise<MemoryReport> {
  return getMemoryProfiler().generateMemoryReport(file, options);
}
