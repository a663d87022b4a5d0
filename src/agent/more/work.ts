import type { Agent } from '../agent.ts';

/** What a piece of work took. */
export interface Work {
  /** How long the thread stood still. */
  readonly pauseMs: number;
  /** How long it would have, had the machine had nothing else to do: time in which the thread really ran. */
  readonly workMs: number;
  /** Processor time, of helpers too. */
  readonly costMs: number;
}

/** Other threads of a busy process are counted in its processor time: a collection has hardly more helpers than this. */
const mostThreads = 2;

interface KnowsThreadTime {
  threadCpuUsage?(): NodeJS.CpuUsage;
}

/** Milliseconds that this thread has run; null where that cannot be told. */
function threadMs({ natives }: Agent): number | null {
  const own = process as KnowsThreadTime;
  if (own.threadCpuUsage) {
    const { user, system } = own.threadCpuUsage();
    return (user + system) / 1e3;
  }
  try {
    const nanoseconds = Number(natives.readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]);
    return nanoseconds > 0 ? nanoseconds / 1e6 : null;
  } catch {
    return null;
  }
}

/** Begins to measure; the function that it answers ends that. */
export function measureWork(agent: Agent): () => Work {
  const { clock, natives } = agent;
  const threadFrom = threadMs(agent);
  const cpuFrom = natives.cpuUsage();
  const from = clock.monotonic();
  return () => {
    const pauseMs = clock.monotonic() - from;
    const cpu = natives.cpuUsage();
    const threadTo = threadMs(agent);
    const cpuMs = (cpu.user + cpu.system - cpuFrom.user - cpuFrom.system) / 1e3;
    const workMs = threadFrom === null || threadTo === null ? pauseMs : Math.min(pauseMs, threadTo - threadFrom);
    return { pauseMs, workMs, costMs: Math.max(workMs, Math.min(cpuMs, workMs * mostThreads)) };
  };
}
