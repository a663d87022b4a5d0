import type * as Inspector from 'node:inspector';
import type * as V8 from 'node:v8';
import { takeCollector } from '../../kernel/collector.ts';
import { startHeapSampler } from '../../profile/sampling/index.ts';
import type { HeapPoll, HeapSampler, PollFailure } from '../../profile/sampling/index.ts';
import { splitPoll } from '../../wire/fold-polls.ts';
import type { PollRecord } from '../../wire/records.ts';
import type { Agent } from '../agent.ts';
import type { CollectionLimits } from '../more/collection-limits.ts';
import { measureWork } from '../more/work.ts';
import type { PollNow } from './beside.ts';
import { pollBeside } from './beside.ts';
import { SamplePace } from './coarser.ts';
import type { Places } from './places.ts';

/** Of a neighbour, as long as it cannot be told: what profilers take by default. */
const usualInterval = 512 * 1024;
const retryMs = 2000;
/** Samples that are so far apart are few, and polls of a program that makes so many objects are dear: what more of them would tell is little. */
const farApartBytes = 64 * 1024;
const shareWhenFarApart = 0.02;

/** How a poll ended: it was written, or there is no sampler any more. */
export type PollResult = 'polled' | 'nothing' | 'ended' | 'restarted';

/** One stretch of time in which allocations are sampled. */
export interface Window {
  readonly pace: SamplePace;
  readonly sampler: HeapSampler;
  readonly why: string;
  /** To be called on each tick. */
  readonly tidy: () => void;
  /** If the limits allow a poll, calls back with what takes it: at once, or within seconds. */
  readonly poll: (ready: (take: () => PollResult) => void) => void;
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

/** Writes down what happens in a window. */
interface WindowLog {
  /** Again when a neighbour's interval, an estimate, is known better. */
  readonly begin: () => void;
  readonly stop: (reason: string) => void;
  readonly poll: (poll: HeapPoll) => void;
}

function logWindow({ agent, definitions, number, why }: WindowOptions, sampler: HeapSampler): WindowLog {
  const { recorder, clock } = agent;
  let told = -1;

  function begin(): void {
    if (told === sampler.intervalBytes) return;
    told = sampler.intervalBytes;
    recorder.add(['w', clock.elapsed(), 'start', number, told || usualInterval, why]);
  }

  return {
    begin,
    stop: (reason) => recorder.add(['w', clock.elapsed(), 'stop', number, told || usualInterval, reason]),
    poll(poll) {
      begin();
      definitions.define();
      recordPoll(agent, number, poll);
      if (sampler.isFull) recorder.note('skipped', 'too many places allocate: some stacks are cut');
    },
  };
}

function setLimits(limits: CollectionLimits, { whose, intervalBytes }: HeapSampler): void {
  limits.expect(whose === 'own' ? 'beside' : 'alone');
  limits.useShare(intervalBytes >= farApartBytes ? shareWhenFarApart : 1);
}

/** Begins to sample. Throws where there is no inspector. */
export function openWindow(options: WindowOptions): Window {
  const { agent, limits } = options;
  const { recorder, clock } = agent;
  const sampler = options.sampler ?? start(agent, options.definitions, options.intervalBytes);
  const log = logWindow(options, sampler);
  const beside = pollBeside(agent);
  const pace = new SamplePace(clock.elapsed());
  let isEnded = false;

  function dispose(): void {
    isEnded = true;
    sampler[Symbol.dispose]();
  }

  function end(reason: string): void {
    agent.quietly(dispose);
    log.stop(reason);
  }

  function failed(failure: PollFailure): PollResult {
    if (failure === 'unclear') {
      limits.notBefore(clock.elapsed() + retryMs);
      return 'nothing';
    }
    recorder.note('neighbour', `the heap sampler was ${failure} by the program or another tool`);
    const reason = `${failure} by somebody else`;
    // One that was restarted goes on being read.
    if (failure === 'ended') end(reason);
    else log.stop(reason);
    return failure;
  }

  agent.stops?.push(dispose);
  log.begin();
  setLimits(limits, sampler);
  if (sampler.whose === 'neighbour')
    recorder.note('neighbour', 'another heap sampler runs in this thread: its samples are read, and it is never ended');
  return {
    pace,
    sampler,
    why: options.why,
    tidy: () => sampler.tidy(),
    poll(ready) {
      if (!limits.mayCollect()) return ready(() => 'nothing');
      const heapBefore = limits.heapUsed();
      const now: PollNow = (preparation, besideMs) => {
        let pauseMs = 0;
        if (isEnded) return pauseMs;
        ready(() => {
          const poll = sampler.poll(preparation);
          if (typeof poll === 'string') return failed(poll);
          pace.add(clock.elapsed(), poll.clock, sampler.living);
          ({ pauseMs } = poll.cost);
          log.poll(poll);
          limits.collected({ pauseMs, costMs: poll.cost.costMs + besideMs }, heapBefore);
          return 'polled';
        });
        return pauseMs;
      };
      if (sampler.whose === 'own') beside.start(heapBefore, now);
      else now(undefined, 0);
    },
    end,
  };
}
