import type { LeakReport, LeakWatch } from '../../kernel/leak-watch.ts';
import { provideLeakWatch } from '../../kernel/leak-watch.ts';
import { invalid } from '../../kernel/options.ts';
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
  readonly detector: LeakDetector;
  /** The same as disposing: detector and profiler are stopped, and nothing is held any more. */
  stop(): void;
}

/**
 * Starts the profiler (`getMemoryProfiler()` of `watertight/profile`) and the leak detector of this thread, without the command line: figures each 10 s, and allocation sampling on suspicion. Neither keeps
 * the process alive. The options are the detector's, and count only on the first call: WT_INVALID_OPTION for later ones.
 */
export function startMemoryMonitoring(options?: LeakDetectorOptions): MemoryMonitoring {
  if (detector !== undefined && options !== undefined)
    throw invalid('startMemoryMonitoring', 'options count only on the first call; the detector has been made');
  const started = (detector ??= new LeakDetector(options)).start();
  const profiler = getMemoryProfiler().start();
  const stop = (): void => {
    profiler.stop();
    started.stop();
  };
  return { detector: started, stop, [Symbol.dispose]: stop };
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
