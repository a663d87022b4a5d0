import { takeCollector } from '../../kernel/collector.ts';
import { createMarking } from '../../profile/sampling/index.ts';
import type { Marking } from '../../profile/sampling/index.ts';
import type { Agent } from '../agent.ts';

const megabyte = 1_048_576;
/** A small heap is marked while the thread stands still: no longer than it would for a collection of its own. */
const smallMb = 32;
/** In a large one the program goes on meanwhile. V8 must not end it before we do: then the whole heap is marked a second time. */
const firstMsPerMb = 0.25;
const leastMsPerMb = 0.05;
const mostMsPerMb = 1.5;
const shorter = 0.6;
const longer = 1.2;
/** A pause that is not worth waiting longer for. */
const shortMs = 20;
const tries = 3;

/** One poll: `before` belongs to it; `besideMs` is what other threads have worked for it already. Answers how long the thread stood still. */
export type PollNow = (before: (() => void) | undefined, besideMs: number) => number;

/** Lets V8 mark beside the program before each poll. */
export interface BesidePolls {
  /** Polls, now or within seconds; while one is under way another call does nothing. */
  start(heapBytes: number, poll: PollNow): void;
}

/** Polls of our own sampler; another's is read as it is. */
export function pollBeside(agent: Agent): BesidePolls {
  const { clock, natives } = agent;
  let marking: Marking | null | undefined;
  let isUnderWay = false;
  let msPerMb = firstMsPerMb;

  function take(): Marking | null {
    const collect = takeCollector();
    return collect && createMarking(collect);
  }

  function wait(using: Marking, mb: number, poll: PollNow, triesLeft: number): void {
    const waitMs = mb * msPerMb;
    using.begin();
    isUnderWay = true;
    const timer = natives.setTimeout(() => {
      const from = clock.monotonic();
      isUnderWay = false;
      agent.quietly(() => {
        const isOver = using.isOver();
        if (isOver) msPerMb = Math.max(leastMsPerMb, msPerMb * shorter);
        if (isOver && triesLeft > 1) return wait(using, mb, poll, triesLeft - 1);
        const pauseMs = poll(undefined, waitMs);
        if (!isOver && pauseMs > shortMs) msPerMb = Math.min(mostMsPerMb, msPerMb * longer);
      });
      // What other threads have marked is our cost too.
      clock.charge(from - waitMs);
    }, waitMs);
    timer.unref();
  }

  return {
    start(heapBytes, poll) {
      if (isUnderWay) return;
      if (marking === undefined) marking = take();
      const current = marking;
      const mb = heapBytes / megabyte;
      if (current === null) poll(undefined, 0);
      else if (mb > smallMb) wait(current, mb, poll, tries);
      else poll(() => current.inPlace(heapBytes), 0);
    },
  };
}
