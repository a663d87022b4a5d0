import type { Agent } from '../agent.ts';
import type { CollectionLimits } from './collection-limits.ts';
import { takeCollector } from './collector.ts';

/** Forces a full collection when the limits allow one. Answers the function to call on each tick. */
export function forceCollections(agent: Agent, limits: CollectionLimits): () => void {
  let collector: (() => void) | null | undefined;

  function collect(run: () => void): void {
    const heapBefore = limits.heapUsed();
    const from = agent.clock.monotonic();
    const cpuFrom = agent.natives.cpuUsage();
    run();
    const pauseMs = agent.clock.monotonic() - from;
    const cpu = agent.natives.cpuUsage();
    const costMs = (cpu.user + cpu.system - cpuFrom.user - cpuFrom.system) / 1e3;
    const memory = agent.natives.memoryUsage();
    agent.recorder.add(['g', agent.clock.elapsed(), 'f', Math.round(pauseMs * 1e3), memory.heapUsed, memory.external]);
    limits.collected({ pauseMs, costMs: Math.min(costMs, pauseMs), heapBefore });
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
