import type { Agent } from '../agent.ts';
import type { AgentOptions } from './options.ts';
import { watchCalm } from './calm.ts';
import { createPace } from './pace.ts';
import type { Work } from './work.ts';

const leastGapMs = 2000;
/** Ticks come each second: what is due a moment later need not wait for the next one. */
const slackMs = 100;
/** A collection that takes longer than this is felt by the program's users: then they are rarer. */
const longMs = 80;
const gapWhenLongMs = 3000;
const gapWhenCalmMs = 5000;
const idleGapMs = 10_000;
/** A heap that moved less than this since the last collection is not collected again before `idleGapMs`. */
const idleBytes = 131_072;
const megabyte = 1_048_576;
/** Before anything was measured: of a collection that marks by itself, and of one for which other threads have marked. */
const assumedAlone = 0.8;
const assumedBeside = 0.4;
/** What is expected may be less than what comes: the limit is one of pauses, not of guesses. */
const caution = 1.5;
const forgetting = 0.9;
/** Below this size the pause is not one of the heap's. */
const leastMb = 32;

/** When a full collection may be forced, whatever for: they share one pace. */
export interface CollectionLimits {
  /** Whether one may be forced now: it is due, something happened since the last one, and it is not expected to take longer than the limit. */
  mayCollect(): boolean;
  /** Says what one took, and what was in use before it. */
  collected(work: Work, heapBefore: number): void;
  /** None before this time. */
  notBefore(timeMs: number): void;
  /** Whether one is expected to take longer than the limit now; says so once. */
  isTooLarge(): boolean;
  /** In use now. */
  heapUsed(): number;
  /** Whether from here on other threads mark before each collection. */
  expect(marking: 'beside' | 'alone'): void;
  /** From here on they may take no more than this share of the time. */
  useShare(share: number): void;
}

function learn(known: number, measured: number): number {
  return Math.max(0.02, (known + measured) / 2);
}

/** At most this share of the time, rarer where nothing grows or each takes longer than 80 ms, none that is expected to take longer than the limit, few while nothing happens. */
// oxlint-disable-next-line max-lines-per-function -- a factory of small functions: closures bundle to less than classes do
export function createCollectionLimits(
  agent: Agent,
  { maxPauseMs, collectionShare }: Pick<AgentOptions, 'maxPauseMs' | 'collectionShare'>,
): CollectionLimits {
  const pace = createPace(collectionShare, leastGapMs, leastGapMs);
  const calm = watchCalm();
  /** Work, and the time that it took: on a busy machine the thread waits for its turn. */
  let assumed = assumedAlone;
  let share = collectionShare;
  let msPerMb = assumed;
  let pauseMsPerMb = assumed;
  let lastBytes = 0;
  let lastExternal = 0;
  let lastMs = 0;
  let paceMs = 0;
  let isMeasured = false;
  let told = false;
  let toldRarer = false;

  function forget(known: number): number {
    return Math.max(Math.min(known, assumed), known * forgetting);
  }

  function isIdle(heapUsed: number, external: number, nowMs: number): boolean {
    const moved = Math.abs(heapUsed - lastBytes) + Math.abs(external - lastExternal);
    return moved < idleBytes && nowMs - lastMs < idleGapMs;
  }

  function isTooLong(bytes: number): boolean {
    const expectedMsPerMb = Math.max(msPerMb * caution, pauseMsPerMb);
    const expectedMs = (bytes / megabyte) * expectedMsPerMb;
    if (expectedMs <= maxPauseMs) return false;
    if (!told)
      agent.recorder.note(
        'skipped',
        `collections were not forced above ${Math.round(maxPauseMs / expectedMsPerMb)} MB of heap: each might take more than ${maxPauseMs} ms`,
      );
    told = true;
    // What was measured on a busy machine is forgotten again, in some checks, down to the usual.
    msPerMb = forget(msPerMb);
    pauseMsPerMb = forget(pauseMsPerMb);
    pace.notBefore(agent.clock.elapsed() + leastGapMs);
    return true;
  }

  function beRarer(now: number, bytes: number): void {
    pace.notBefore(now + gapWhenLongMs);
    // A single long one says little.
    if ((bytes / megabyte) * msPerMb <= longMs || toldRarer) return;
    toldRarer = true;
    agent.recorder.note(
      'skipped',
      `collections were forced more rarely above ${Math.round(longMs / msPerMb)} MB of heap: each takes more than ${longMs} ms`,
    );
  }

  return {
    mayCollect() {
      const now = agent.clock.elapsed();
      if (!pace.due(now + slackMs)) return false;
      const { heapUsed, external } = agent.natives.memoryUsage();
      return !isIdle(heapUsed, external, now) && !isTooLong(heapUsed);
    },
    collected({ pauseMs, costMs }, heapBefore) {
      const workMs = Math.min(pauseMs, costMs);
      const memory = agent.natives.memoryUsage();
      const now = agent.clock.elapsed();
      const mb = Math.max(leastMb, heapBefore / megabyte);
      isMeasured = true;
      msPerMb = learn(msPerMb, workMs / mb);
      pauseMsPerMb = learn(pauseMsPerMb, pauseMs / mb);
      lastBytes = memory.heapUsed;
      lastExternal = memory.external;
      lastMs = now;
      // The first one runs code that is cold, and any may be slow by chance: a heap that grows is followed all the same.
      paceMs = Math.min(costMs, Math.max(paceMs, (leastGapMs * share) / 2) * 2);
      pace.took(now, paceMs * (collectionShare / share));
      if (calm.look(memory.heapUsed, memory.external)) pace.notBefore(now + gapWhenCalmMs);
      if (workMs > longMs) beRarer(now, heapBefore);
    },
    notBefore: (timeMs) => pace.notBefore(timeMs),
    isTooLarge: () => isTooLong(agent.natives.memoryUsage().heapUsed),
    heapUsed: () => agent.natives.memoryUsage().heapUsed,
    useShare(mostShare) {
      share = Math.min(collectionShare, mostShare);
    },
    expect(marking) {
      assumed = marking === 'beside' ? assumedBeside : assumedAlone;
      msPerMb = isMeasured ? Math.min(msPerMb, assumed) : assumed;
      pauseMsPerMb = isMeasured ? Math.min(pauseMsPerMb, assumed) : assumed;
    },
  };
}
