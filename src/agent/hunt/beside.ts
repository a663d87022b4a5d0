import { takeCollector } from '../../kernel/collector.ts';
import { createMarking } from '../../profile/sampling/index.ts';
import type { Marking, Preparation } from '../../profile/sampling/index.ts';
import type { Agent } from '../agent.ts';

const megabyte = 1_048_576;
/** A small heap is marked while the thread stands still: no longer than it would for a collection of its own. */
const smallMb = 32;
/** How long V8 takes to mark a large one is found out first; it must not end it before we do: then the whole heap is marked a second time. */
const lookEachMsPerMb = 0.1;
const leastLookMs = 10;
const mostLooks = 16;
const shareOfWhole = 0.75;
const leastMsPerMb = 0.05;
const mostMsPerMb = 1.5;
const shorter = 0.7;
const longer = 1.2;
/** A pause that is not worth waiting longer for. */
const shortMs = 20;
const tries = 3;

/** One poll: the preparation belongs to it; `besideMs` is what other threads have worked for it already. Answers how long the thread stood still. */
export type PollNow = (preparation: Preparation | undefined, besideMs: number) => number;

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
  /** How long to wait; 0 until V8 was watched. */
  let msPerMb = 0;

  function take(): Marking | null {
    const collect = takeCollector();
    return collect && createMarking(collect);
  }

  /** `besideMs`: what other threads have marked meanwhile is our cost too. */
  function later(delayMs: number, besideMs: number, work: () => void): void {
    isUnderWay = true;
    const timer = natives.setTimeout(() => {
      const from = clock.monotonic();
      isUnderWay = false;
      agent.quietly(work);
      clock.charge(from - besideMs);
    }, delayMs);
    timer.unref();
  }

  function begin(using: Marking, then: () => void): void {
    using.prepare();
    later(1, 0, () => {
      using.begin();
      then();
    });
  }

  function wait(using: Marking, mb: number, poll: PollNow, triesLeft: number): void {
    const waitMs = mb * msPerMb;
    const end = (): void => {
      const isOver = using.isOver();
      if (isOver) msPerMb = Math.max(leastMsPerMb, msPerMb * shorter);
      if (isOver && triesLeft > 1) return wait(using, mb, poll, triesLeft - 1);
      const pauseMs = poll(undefined, waitMs);
      if (!isOver && pauseMs > shortMs) msPerMb = Math.min(mostMsPerMb, msPerMb * longer);
    };
    begin(using, () => later(waitMs, waitMs, end));
  }

  /** Lets V8 mark and collect as it likes, once, and polls after that. */
  function watch(using: Marking, mb: number, poll: PollNow): void {
    const lookMs = Math.max(leastLookMs, mb * lookEachMsPerMb);
    const look = (looks: number): void =>
      later(lookMs, lookMs, () => {
        if (looks < mostLooks && !using.isOver()) return look(looks + 1);
        msPerMb = Math.min(mostMsPerMb, (looks * lookMs * shareOfWhole) / mb);
        wait(using, mb, poll, tries);
      });
    begin(using, () => look(1));
  }

  return {
    start(heapBytes, poll) {
      if (isUnderWay) return;
      if (marking === undefined) marking = take();
      const current = marking;
      const mb = heapBytes / megabyte;
      if (current === null) poll(undefined, 0);
      else if (mb <= smallMb) poll(current.inPlace(heapBytes), 0);
      else if (msPerMb === 0) watch(current, mb, poll);
      else wait(current, mb, poll, tries);
    },
  };
}
