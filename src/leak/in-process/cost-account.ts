import type { Milliseconds } from '../../kernel/units.ts';

/** Shorter times say little: the first poll of a program that has just started would break any budget. */
const leastTimeMs: Milliseconds = 10 * 60_000;
const assumedMsPerMb = 0.8;
const megabyte = 1024 ** 2;
/** Below this size the pause is not one of the heap's. */
const leastMb = 32;

/** What watching has cost, and how long a poll would take. */
export class CostAccount {
  #spentMs = 0;
  #longestMs = 0;
  #msPerMb = assumedMsPerMb;

  get spentMs(): Milliseconds {
    return this.#spentMs;
  }

  get longestPauseMs(): Milliseconds {
    return this.#longestMs;
  }

  spend(ms: Milliseconds): void {
    this.#spentMs += ms;
  }

  /** A poll of a heap of this size. */
  polled(pauseMs: Milliseconds, cpuMs: Milliseconds, heapBytes: number): void {
    // On a busy machine the thread waits for its turn: that is no property of the heap.
    const workMs = Math.min(pauseMs, Math.max(cpuMs, 0.1));
    this.#spentMs += Math.max(cpuMs, 0.1);
    this.#longestMs = Math.max(this.#longestMs, pauseMs);
    this.#msPerMb = Math.max(0.02, (this.#msPerMb + workMs / Math.max(leastMb, heapBytes / megabyte)) / 2);
  }

  expectedPauseMs(heapBytes: number): Milliseconds {
    return (heapBytes / megabyte) * this.#msPerMb;
  }

  /** Of the time since the start, 10 minutes at least. */
  share(elapsedMs: Milliseconds): number {
    return this.#spentMs / Math.max(leastTimeMs, elapsedMs);
  }
}
