import { performance } from 'node:perf_hooks';

/** What somebody writes by hand: figures before and after. Its peak and its allocated bytes are not known. */
function byHand() {
  const [before, start] = [process.memoryUsage(), performance.now()];
  const after = process.memoryUsage();
  return after.heapUsed - before.heapUsed + performance.now() - start;
}

/** A section and all it reports, beside the figures alone. */
export const section = {
  title: 'a measured section: begin and end',
  unit: 'ns',
  budget: 150_000,
  async cases() {
    const { MemoryProfiler } = await import('../../dist/profile/index.js');
    const profiler = new MemoryProfiler();
    const around = new MemoryProfiler();
    around.track('around');
    return [
      { name: 'watertight trackMemoryUsage', ours: true, per: 1, run: () => void profiler.track('work').end() },
      { name: 'the same with another section open', ours: true, per: 1, run: () => void around.track('work').end() },
      { name: 'two process.memoryUsage()', per: 1, run: () => void byHand() },
      { name: 'two process.memoryUsage.rss()', per: 1, run: () => void (process.memoryUsage.rss() + process.memoryUsage.rss()) },
    ];
  },
};

/** What a section costs the program inside it: the same work with and without. */
export const insideSection = {
  title: 'work inside a measured section: allocating 100 000 objects',
  unit: 'ns',
  async cases() {
    const { MemoryProfiler } = await import('../../dist/profile/index.js');
    const profiler = new MemoryProfiler();
    const work = () => Array.from({ length: 100_000 }, (_, n) => ({ n })).length;
    return [
      { name: 'measured', ours: true, per: 1, run: () => void profiler.measure('work', work) },
      { name: 'alone', per: 1, run: () => void work() },
    ];
  },
};
