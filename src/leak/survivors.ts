import type { Bytes, Milliseconds } from '../kernel/units.ts';

/** A function that allocates, as the heap sampler names it: line and column (from 1) are where it begins. Node's own have a url that begins with `node:`, or none. */
export interface SampledFunction {
  readonly name: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** A stack as a node of a tree: `frame` is an index of the functions, `parent` one of the stacks; -1 where the stack begins. */
export interface SampledStack {
  readonly parent: number;
  readonly frame: number;
}

/** One sampled allocation that still lives. */
export interface Survivor {
  /** Index of the stacks; -1: no function was on it. */
  readonly stack: number;
  /** Samples are numbered as they are taken: a clock that goes by allocated bytes, not by time. */
  readonly ordinal: number;
  /** Bytes that the sample stands for, not the size of the object: for small objects about `intervalBytes`, so that sums are estimates of what lives. */
  readonly bytes: Bytes;
}

/** What a full collection left, as the change to the poll before it. */
export interface SurvivorPoll {
  readonly tMs: Milliseconds;
  /** The largest ordinal given out so far. */
  readonly clock: number;
  /** In use after it: of V8's heap, or outside of it where buffers are sampled. */
  readonly heapUsedBytes: Bytes;
  readonly externalBytes: Bytes;
  /** New samples that still live, by ordinal. */
  readonly born: readonly Survivor[];
  /** Ordinals of samples of earlier polls that live no more. */
  readonly died: readonly number[];
}

/** What one thread's heap sampler told in one window: the same from a live run, an in-process detector and a stored run. */
export interface SurvivorSeries {
  /** Mean of allocated bytes between two samples. */
  readonly intervalBytes: Bytes;
  readonly functions: readonly SampledFunction[];
  readonly stacks: readonly SampledStack[];
  readonly polls: readonly SurvivorPoll[];
}
