import type { Agent } from './agent.ts';

export interface LoopFigures {
  readonly activePermille: number;
  readonly delayMaxUs: number | null;
}

/** Queues one sample. `descriptors` and `loop` come from `more`; without it they are not measured. */
export function recordSample(agent: Agent, descriptors: number | null, loop: LoopFigures | null): void {
  const memory = agent.natives.memoryUsage();
  const cpu = agent.natives.cpuUsage();
  agent.recorder.add([
    's',
    agent.clock.elapsed(),
    memory.rss,
    memory.heapUsed,
    memory.heapTotal,
    memory.external,
    memory.arrayBuffers,
    descriptors,
    cpu.user + cpu.system,
    agent.clock.ownUs(),
    loop ? loop.activePermille : 0,
    loop ? loop.delayMaxUs : null,
  ]);
}

/** Queues the totals of handles, if they changed. */
export function recordCounts(agent: Agent): void {
  const { changed, counts } = agent.rows.takeCounts();
  if (changed) agent.recorder.add(['n', agent.clock.elapsed(), counts]);
}
