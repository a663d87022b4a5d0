import { takeCollector } from '../../kernel/collector.ts';
import type { Agent } from '../agent.ts';
import type { CollectionLimits } from './collection-limits.ts';
import { measureWork } from './work.ts';

/** Forces a full collection when the limits allow one. Answers the function to call on each tick. */
export function forceCollections(agent: Agent, limits: CollectionLimits): () => void {
  let collector: (() => void) | null | undefined;

  function collect(run: () => void): void {
    const heapBefore = limits.heapUsed();
    const measured = measureWork(agent);
    run();
    const work = measured();
    const memory = agent.natives.memoryUsage();
    agent.recorder.add(['g', agent.clock.elapsed(), 'f', Math.round(work.pauseMs * 1e3), memory.heapUsed, memory.external]);
    limits.collected(work, heapBefore);
  }

  return () => {
    if (!limits.mayCollect()) return;
    collector ??= takeCollector();
    if (collector) collect(collector);
    else {
      agent.recorder.note('skipped', 'collections cannot be forced in this program');
      limits.notBefore(Number.POSITIVE_INFINITY);
    }
  };
}
