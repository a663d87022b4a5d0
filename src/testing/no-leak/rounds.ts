import { pause, systemClock } from '../../kernel/clock/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import type { Bytes, MaybePromise } from '../../kernel/units.ts';
import type { PackedPoll } from '../../leak/in-process/packed-poll.ts';
import { SampledSeries } from '../../leak/in-process/sampled-series.ts';
import { ThreadSampler } from '../../leak/in-process/thread-sampler.ts';
import type { SurvivorVerdict } from '../../leak/index.ts';
import { judgeSurvivors } from '../../leak/index.ts';
import { allocatedWhile } from '../../profile/allocated.ts';
import type { NoLeakSettings } from './options.ts';
import { rounds } from './options.ts';

/** What is called again and again; it is told the number of the call, from 0. */
export type Repeated = (call: number) => MaybePromise<unknown>;

/** What the rounds left. */
export interface Rounds {
  readonly iterations: number;
  readonly intervalBytes: Bytes;
  /** Heap and external memory in use after each round, the first before any. */
  readonly live: readonly { readonly heapBytes: Bytes; readonly externalBytes: Bytes }[];
  readonly survivors: SurvivorVerdict;
  readonly series: SampledSeries;
}

/** The finest sampling that is worth its cost: an object of 40 bytes is seen each 13th time. */
const leastInterval: Bytes = 512;
/** About so many samples are taken in all: each costs a few microseconds. */
const mostSamples = 200_000;
/** Rounds are of equal length by their calls, however long each of them takes. */
const virtualMs = 1_000;
/**
 * Code that has not run while 6 collections passed is let go of by V8, hundreds of kilobytes at once: before the first round, not in the
 * middle. Collections that a program asks for do not count, those of a poll do.
 */
const pollsBefore = 7;

async function callTimes(task: Repeated, from: number, count: number): Promise<void> {
  for (let call = from; call < from + count; call += 1) {
    const result = task(call);
    // A turn for each synchronous call would cost more than the call.
    if (result instanceof Promise) await result;
  }
}

/** What a call has begun and not awaited gets its turn, and so do finalizers. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await pause(systemClock, 0);
}

function pollOf(sampler: ThreadSampler): PackedPoll {
  const poll = sampler.poll();
  if (typeof poll !== 'string') return poll;
  throw new WatertightError('WT_NOT_AVAILABLE', `expectNoLeak: the heap sampler of this thread was ${poll} by somebody else`);
}

function sizeOfRound(iterations: number, round: number): readonly [from: number, count: number] {
  const from = Math.floor((iterations * round) / rounds);
  return [from, Math.floor((iterations * (round + 1)) / rounds) - from];
}

/** Calls the task in rounds, and collects and polls after each. Rejects with what the task throws. */
export async function runRounds(task: Repeated, settings: NoLeakSettings): Promise<Rounds> {
  const { clock, iterations, warmUp } = settings;
  const allocated = await allocatedWhile(clock, () => callTimes(task, 0, warmUp));
  const perCall = warmUp === 0 ? 0 : allocated / warmUp;
  const intervalBytes = Math.max(leastInterval, Math.ceil((perCall * iterations) / mostSamples));
  const sampler = new ThreadSampler({ clock, intervalBytes });
  try {
    for (let poll = 0; poll < pollsBefore; poll += 1) {
      await settle();
      pollOf(sampler);
    }
    // What we keep must not grow in the heap that is observed.
    const polls: PackedPoll[] = [];
    for (let round = -1; round < rounds; round += 1) {
      if (round >= 0) {
        const [from, count] = sizeOfRound(iterations, round);
        await callTimes(task, warmUp + from, count);
      }
      await settle();
      polls.push(pollOf(sampler));
    }
    const series = new SampledSeries(intervalBytes);
    for (const [round, poll] of polls.entries()) series.add(poll, round * virtualMs);
    const live = series.polls.map(({ heapUsedBytes, externalBytes }) => ({ heapBytes: heapUsedBytes, externalBytes }));
    return { iterations, intervalBytes, live, survivors: judgeSurvivors(series), series };
  } finally {
    sampler[Symbol.dispose]();
  }
}
