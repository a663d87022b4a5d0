import type * as Inspector from 'node:inspector';
import type * as V8 from 'node:v8';
import { Stacks, startHeapSampler } from '../../profile/sampling/index.ts';
import type { HeapPoll, HeapSampler } from '../../profile/sampling/index.ts';
import { splitPoll } from '../../wire/fold-polls.ts';
import { cut } from '../../wire/names.ts';
import type { PollRecord } from '../../wire/records.ts';
import type { Agent } from '../agent.ts';
import type { CollectionLimits } from '../more/collection-limits.ts';
import { takeCollector } from '../more/collector.ts';

const ownFolder = __dirname;
/** Of a neighbour, as long as it cannot be told: what profilers take by default. */
const usualInterval = 512 * 1024;

/** How a poll ended: it was written, or there is no sampler any more. */
export type PollResult = 'polled' | 'nothing' | 'gone';

/** One stretch of time in which allocations are sampled. */
export interface Window {
  readonly polls: () => number;
  /** To be called on each tick. */
  readonly tidy: () => void;
  /** Polls if the limits allow it. */
  readonly poll: () => PollResult;
  /** Ends it and says why. A neighbour's sampler goes on. */
  readonly end: (why: string) => void;
}

export interface WindowOptions {
  readonly agent: Agent;
  readonly limits: CollectionLimits;
  readonly number: number;
  readonly intervalBytes: number;
  readonly why: string;
}

/** Of all windows of this thread. */
const places = new Stacks((url) => url.startsWith(ownFolder));

function start({ natives, clock }: Agent, intervalBytes: number): HeapSampler {
  const { GCProfiler } = require('v8') as typeof V8;
  let collect: (() => void) | null | undefined;
  return startHeapSampler({
    inspector: require('inspector') as typeof Inspector,
    GCProfiler,
    intervalBytes,
    places,
    monotonic: () => clock.monotonic(),
    cpuMs() {
      const { user, system } = natives.cpuUsage();
      return (user + system) / 1e3;
    },
    memoryUsage: natives.memoryUsage,
    collect() {
      collect ??= takeCollector();
      collect?.();
    },
  });
}

function recordPoll({ recorder, clock }: Agent, window: number, poll: HeapPoll): void {
  for (const { id, name, url, line, column } of poll.functions) recorder.add(['F', id, cut(name), cut(url), line, column]);
  for (const { id, parent, functionId } of poll.stacks) recorder.add(['t', id, parent, functionId]);
  const { heapUsedBytes, externalBytes } = poll;
  const now = clock.elapsed();
  const pauseUs = Math.round(poll.pauseMs * 1e3);
  recorder.add(['g', now, 'f', pauseUs, heapUsedBytes, externalBytes]);
  const record: PollRecord = ['p', now, window, poll.clock, heapUsedBytes, externalBytes, pauseUs, poll.born, poll.died];
  for (const part of splitPoll(record)) recorder.add(part);
}

/** Begins to sample. Throws where there is no inspector. */
export function openWindow({ agent, limits, number, intervalBytes, why }: WindowOptions): Window {
  const { recorder, clock } = agent;
  const sampler = start(agent, intervalBytes);
  let polls = 0;
  let told = -1;

  /** Again when a neighbour's interval, an estimate, is known better. */
  function recordStart(): void {
    if (told === sampler.intervalBytes) return;
    told = sampler.intervalBytes;
    recorder.add(['w', clock.elapsed(), 'start', number, told || usualInterval, why]);
  }

  function end(reason: string): void {
    agent.quietly(() => sampler[Symbol.dispose]());
    recorder.add(['w', clock.elapsed(), 'stop', number, told || usualInterval, reason]);
  }

  recordStart();
  if (sampler.whose === 'neighbour')
    recorder.note('neighbour', 'another heap sampler runs in this thread: its samples are read, and it is never ended');
  return {
    polls: () => polls,
    tidy: () => sampler.tidy(),
    poll() {
      if (!limits.mayCollect()) return 'nothing';
      const heapBefore = limits.heapUsed();
      const poll = sampler.poll();
      if (poll === 'unclear') return 'nothing';
      if (typeof poll === 'string') {
        recorder.note('neighbour', `the heap sampler was ${poll} by the program or another tool`);
        end(`${poll} by somebody else`);
        return 'gone';
      }
      polls += 1;
      recordStart();
      recordPoll(agent, number, poll);
      if (sampler.isFull) recorder.note('skipped', 'too many places allocate: some stacks are cut');
      limits.collected({ pauseMs: poll.pauseMs, costMs: Math.max(poll.cpuMs, 0.1), heapBefore });
      return 'polled';
    },
    end,
  };
}
