import type { LeakReport, LeakWatch } from '../../kernel/leak-watch.ts';
import { provideLeakWatch } from '../../kernel/leak-watch.ts';
import { invalid } from '../../kernel/options.ts';
import type { MemoryProfiler, MemoryProfilerOptions } from '../../profile/index.ts';
import { getMemoryProfiler } from '../../profile/index.ts';
import { LeakDetector } from './leak-detector.ts';
import type { LeakDetectorOptions } from './leak-detector-options.ts';
import { ResourceWatch } from './resource-watch.ts';
import type { ResourceWatchOptions } from './resource-watch-options.ts';
import { bySeverity } from './severity.ts';

let detector: LeakDetector | undefined;
let resources: ResourceWatch | undefined;

/** What `startMemoryMonitoring` began. */
export interface MemoryMonitoring extends Disposable {
  readonly profiler: MemoryProfiler;
  readonly detector: LeakDetector;
  /** The same as disposing: both are stopped, and nothing is held any more. */
  stop(): void;
}

/** Options of `startMemoryMonitoring`. */
export interface MemoryMonitoringOptions {
  /** Of the detector of this thread; they count only the first time. */
  readonly leaks?: LeakDetectorOptions;
  /** Of the profiler of this thread; they count only the first time. */
  readonly profiler?: MemoryProfilerOptions;
}

/**
 * Starts the profiler and the leak detector of this thread, without the command line: figures each 10 s, and allocation sampling on suspicion. Neither keeps the process
 * alive. Throws WT_INVALID_OPTION, also for options of what has been made before.
 */
export function startMemoryMonitoring(options: MemoryMonitoringOptions = {}): MemoryMonitoring {
  if (detector !== undefined && options.leaks !== undefined)
    throw invalid('startMemoryMonitoring', 'options of the detector count only on the first call; it has been made');
  detector ??= new LeakDetector(options.leaks);
  const profiler = getMemoryProfiler(options.profiler).start();
  const started = detector.start();
  const stop = (): void => {
    profiler.stop();
    started.stop();
  };
  return { profiler, detector: started, stop, [Symbol.dispose]: stop };
}

/** Stops what `startMemoryMonitoring` started. What was found stays. */
export function stopMemoryMonitoring(): void {
  detector?.stop();
  if (detector !== undefined) getMemoryProfiler().stop();
}

/**
 * Starts to watch the resources of this process: handles, descriptors, connections, threads, memory against what they are now. Each call answers with the one watch of
 * the thread. Throws WT_INVALID_OPTION, also for options after it was made.
 */
export function startLeakDetection(options?: ResourceWatchOptions): ResourceWatch {
  if (resources !== undefined && options !== undefined)
    throw invalid('startLeakDetection', 'options count only on the first call; the watch has been made');
  resources ??= new ResourceWatch(options);
  return resources.start();
}

/** What the detector and the resource watch of this thread have found; nothing where neither was started. */
export function getLeakReport(): LeakReport {
  const reports = [detector, resources].map((watch) => watch?.getLeakReport());
  const all = reports.flatMap((report) => report?.detectedLeaks ?? []);
  const [open, ended] = [all.filter(({ closed }) => closed === null), all.filter(({ closed }) => closed !== null)];
  return {
    leakCount: open.filter(({ level }) => level === 'leak').length,
    detectedLeaks: [...open.sort(bySeverity), ...ended],
  };
}

/** For `ResourceCleanupManager`, which may not import this folder: loading it is enough. */
const whole: LeakWatch = {
  start: () => startLeakDetection(),
  stop: () => resources?.stop(),
  getLeakReport,
};
provideLeakWatch((intervalMs) => {
  if (intervalMs !== undefined) resources ??= new ResourceWatch({ intervalMs });
  return whole;
});
