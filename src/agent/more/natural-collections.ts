import type * as V8 from 'node:v8';
import type { Agent } from '../agent.ts';
import { createPace } from './pace.ts';

/** What v8.GCProfiler tells of a collection; `cost` in microseconds. */
interface Collection {
  readonly gcType: string;
  readonly cost: number;
  readonly afterGC: { readonly heapStatistics: { readonly usedHeapSize: number; readonly externalMemory: number } };
}

export interface NaturalCollections {
  /** Queues records of what was collected since the last call, and begins to look away. */
  pause(): void;
  resume(): void;
}

/** Writing one collection down costs about this much, which we cannot measure. */
const writeMsEach = 0.02;
/** Reading one costs less than this: what took longer waited for a busy machine. */
const mostReadMsEach = 0.1;

/**
 * Sees collections through V8's own hooks. A PerformanceObserver would do too, but delivers with an immediate that keeps
 * the program's event loop alive for a turn: programs would see `beforeExit` twice.
 */
export function watchCollections(agent: Agent): NaturalCollections {
  const { GCProfiler } = require('v8') as typeof V8;
  const pace = createPace(0.005, 0);
  let profiler: InstanceType<typeof GCProfiler> | null = null;
  let since = 0;
  let minor = 0;
  let minorUs = 0;
  let full = 0;
  let fullUs = 0;

  function count({ gcType, cost, afterGC }: Collection): void {
    if (gcType !== 'MarkSweepCompact') {
      if (gcType === 'Scavenge' || gcType === 'MinorMarkCompact' || gcType === 'MinorMarkSweep') minor += 1;
      minorUs += cost;
      return;
    }
    full += 1;
    fullUs += cost;
    const { usedHeapSize, externalMemory } = afterGC.heapStatistics;
    agent.recorder.add(['g', agent.clock.elapsed(), 'n', Math.round(cost), usedHeapSize, externalMemory]);
  }

  agent.stops?.push(() => {
    profiler?.stop();
    profiler = null;
  });
  return {
    pause() {
      if (!profiler) return;
      const from = agent.clock.monotonic();
      const seen = profiler.stop() as unknown as { readonly statistics: readonly Collection[] } | undefined;
      profiler = null;
      const { length } = seen?.statistics ?? [];
      for (const collection of seen?.statistics ?? []) count(collection);
      if (length > 0) agent.recorder.add(['G', agent.clock.elapsed(), minor, Math.round(minorUs), full, Math.round(fullUs)]);
      const readMs = Math.min(agent.clock.monotonic() - from, length * mostReadMsEach);
      // Counted from when we began to look: a second in which little happened is followed by no rest.
      pace.took(since, readMs + length * writeMsEach);
    },
    resume() {
      if (profiler || !pace.due(agent.clock.elapsed())) return;
      profiler = new GCProfiler();
      since = agent.clock.elapsed();
      profiler.start();
    },
  };
}
