import { judgeGrowth } from '../../leak/index.ts';
import type { GrowthVerdict } from '../../leak/index.ts';
import type { Finding, VerdictLevel } from '../../wire/index.ts';
import type { ThreadData } from '../data/thread-data.ts';
import { fingerprint } from './fingerprint.ts';
import { limitsOf } from './memory-info.ts';
import type { WatchedProcess } from './process-group.ts';
import { bytesPerRequest } from './requests.ts';
import type { RunData } from './run-data.ts';

/** The judgement of one thread's memory. */
export interface ThreadVerdict {
  readonly process: WatchedProcess;
  readonly thread: ThreadData;
  readonly growth: GrowthVerdict;
}

/** From the best to the worst that can be said; what could not be judged stands below any finding, above none. */
const order: readonly VerdictLevel[] = ['not-growing', 'too-short', 'spike', 'growing', 'suspect', 'leak'];

export function worse(a: VerdictLevel, b: VerdictLevel): boolean {
  return order.indexOf(a) > order.indexOf(b);
}

export function judgeThread(data: RunData, process: WatchedProcess, thread: ThreadData): ThreadVerdict {
  const growth = judgeGrowth({
    points: thread.collections.entries.map((record) => ({
      tMs: record[1],
      liveBytes: record[4] + record[5],
      heapBytes: record[4],
      how: record[2] === 'f' ? 'forced' : 'natural',
    })),
    durationMs: thread.lastMs,
    limits: limitsOf(data, process).map(({ name, bytes }) => ({ name, bytes })),
    rss: thread.header.thread === 'main' ? thread.samples.entries.map((sample) => [sample[1], sample[2]] as const) : [],
  });
  return { process, thread, growth };
}

function subject(verdict: ThreadVerdict): string {
  const { thread, process } = verdict;
  if (thread.header.thread === 'main') return process.role === 'worker' ? 'memory of a worker process' : 'memory';
  return `memory of worker thread ${thread.header.name ?? thread.header.tid}`;
}

/** A growing thread or a step in its memory, as a finding without a line yet: those come from the hunt. */
export function findingOf(data: RunData, verdict: ThreadVerdict): Finding | undefined {
  const { growth, process, thread } = verdict;
  if (growth.level !== 'growing' && growth.level !== 'spike') return undefined;
  const limit = limitsOf(data, process).find((entry) => entry.name === growth.limit);
  return {
    id: fingerprint(growth.level, process.role, thread.header.thread, thread.header.name ?? ''),
    rule: growth.level === 'growing' ? 'heap-growth' : 'memory-spike',
    level: growth.level,
    severity: null,
    site: null,
    objectType: null,
    what:
      growth.level === 'growing'
        ? `${subject(verdict)}: what full collections leave rises, and has not slowed down`
        : `${subject(verdict)}: ${growth.why}`,
    processes: [process.key],
    openedMs: Math.max(0, Math.round(thread.header.t0 - data.run.startedAtMs)),
    leakMs: null,
    closed: null,
    rate:
      growth.rate === null
        ? null
        : { ...growth.rate, perRequestBytes: bytesPerRequest(process, growth.rate.bytesPerSecond, thread.lastMs) },
    limit: limit === undefined ? null : { name: limit.name, bytes: limit.bytes, reachedInMs: growth.reachedInMs },
    evidence: { collections: growth.evidence.collections, cohorts: null, survivors: null, points: growth.evidence.points },
    allocation: null,
    heldBy: [],
    lookalikes: growth.level === 'growing' ? ['a cache that is still filling'] : [],
    try: [],
  };
}
