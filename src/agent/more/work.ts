import type { Agent } from '../agent.ts';

/** What a piece of work took. */
export interface Work {
  /** How long the thread stood still. */
  readonly pauseMs: number;
  /** Processor time, of helpers too: a full collection has some, and the thread waits for them. */
  readonly costMs: number;
}

/** Threads of a busy process that have nothing to do with it are counted as well: no more than this many. */
const mostThreads = 2;

/** Begins to measure; the function that it answers ends that. */
export function measureWork({ clock, natives }: Agent): () => Work {
  const cpuFrom = natives.cpuUsage();
  const from = clock.monotonic();
  return () => {
    const pauseMs = clock.monotonic() - from;
    const cpu = natives.cpuUsage();
    const cpuMs = (cpu.user + cpu.system - cpuFrom.user - cpuFrom.system) / 1e3;
    return { pauseMs, costMs: Math.min(cpuMs, pauseMs * mostThreads) };
  };
}
