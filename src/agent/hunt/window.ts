import type * as Inspector from 'node:inspector';
import type * as V8 from 'node:v8';
import { startHeapSampler } from '../../profile/sampling/index.ts';
import type { HeapPoll, HeapSampler } from '../../profile/sampling/index.ts';
import { splitPoll } from '../../wire/fold-polls.ts';
import type { PollRecord } from '../../wire/records.ts';
import type { Agent } from '../agent.ts';
import type { CollectionLimits } from '../more/collection-limits.ts';
import { takeCollector } from '../more/collector.ts';
import { measureWork } from '../more/work.ts';
import type { Places } from './places.ts';

/** Of a neighbour, as long as it cannot be told: what profilers take by default. */
const usualInterval = 512 * 1024;
const retryMs = 2000;

/** How a poll ended: it was written, or there is no sampler any more. */
export type PollResult = 'polled' | 'nothing' | 'ended' | 'restarted';

/** One stretch of time in which allocations are sampled. */
export interface Window {
  readonly polls: () => number;
  readonly sampler: HeapSampler;
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
  readonly definitions: Places;
  readonly number: number;
  readonly intervalBytes: number;
  readonly why: string;
  /** One that goes on from the window before. */
  readonly sampler: HeapSampler | undefined;
}

function start(agent: Agent, { stacks }: Places, intervalBytes: number): HeapSampler {
  const { GCProfiler } = require('v8') as typeof V8;
  let collect: (() => void) | null | undefined;
  return startHeapSampler({
    inspector: require('inspector') as typeof Inspector,
    GCProfiler,
    intervalBytes,
    places: stacks,
    measure: () => measureWork(agent),
    memoryUsage: agent.natives.memoryUsage,
    collect() {
      collect ??= takeCollector();
      collect?.();
    },
  });
}

function recordPoll({ recorder, clock }: Agent, window: number, poll: HeapPoll): void {
  const { heapUsedBytes, externalBytes } = poll;
  const now = clock.elapsed();
  const pauseUs = Math.round(poll.cost.pauseMs * 1e3);
  recorder.add(['g', now, 'f', pauseUs, heapUsedBytes, externalBytes]);
  const record: PollRecord = ['p', now, window, poll.clock, heapUsedBytes, externalBytes, pauseUs, poll.born, poll.died];
  for (const part of splitPoll(record)) recorder.add(part);
}

/** Begins to sample. Throws where there is no inspector. */
export function openWindow(options: WindowOptions): Window {
  const { agent, limits, definitions, number, intervalBytes, why } = options;
  const { recorder, clock } = agent;
  const sampler = options.sampler ?? start(agent, definitions, intervalBytes);
  agent.stops?.push(() => sampler[Symbol.dispose]());
  let polls = 0;
  let told = -1;

  /** Again when a neighbour's interval, an estimate, is known better. */
  function recordStart(): void {
    if (told === sampler.intervalBytes) return;
    told = sampler.intervalBytes;
    recorder.add(['w', clock.elapsed(), 'start', number, told || usualInterval, why]);
  }

  function recordStop(reason: string): void {
    recorder.add(['w', clock.elapsed(), 'stop', number, told || usualInterval, reason]);
  }

  function end(reason: string): void {
    agent.quietly(() => sampler[Symbol.dispose]());
    recordStop(reason);
  }

  recordStart();
  if (sampler.whose === 'neighbour')
    recorder.note('neighbour', 'another heap sampler runs in this thread: its samples are read, and it is never ended');
  return {
    polls: () => polls,
    sampler,
    tidy: () => sampler.tidy(),
    poll() {
      if (!limits.mayCollect()) return 'nothing';
      const heapBefore = limits.heapUsed();
      const poll = sampler.poll();
      if (poll === 'unclear') {
        limits.notBefore(clock.elapsed() + retryMs);
        return 'nothing';
      }
      if (typeof poll === 'string') {
        recorder.note('neighbour', `the heap sampler was ${poll} by the program or another tool`);
        const reason = `${poll} by somebody else`;
        // One that was restarted goes on being read.
        if (poll === 'ended') end(reason);
        else recordStop(reason);
        return poll;
      }
      polls += 1;
      recordStart();
      definitions.define();
      recordPoll(agent, number, poll);
      if (sampler.isFull) recorder.note('skipped', 'too many places allocate: some stacks are cut');
      limits.collected(poll.cost, heapBefore);
      return 'polled';
    },
    end,
  };
}
