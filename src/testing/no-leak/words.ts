import type { Bytes } from '../../kernel/units.ts';
import type { LeakPlace } from '../../kernel/leak-watch.ts';

/** A function whose objects stay, call after call. */
export interface KeptBy {
  readonly site: LeakPlace;
  /** Who called it, outermost first, in the program and its packages. */
  readonly calledFrom: readonly LeakPlace[];
  /** An estimate by samples. */
  readonly bytesPerCall: Bytes;
  /** Sampled objects that survive, and of how many rounds they are. */
  readonly survivors: number;
  readonly rounds: number;
}

/** What `expectNoLeak` saw. Plain data. */
export interface NoLeakReport {
  readonly calls: number;
  /** Heap and external memory in use: before the rounds, and after each. */
  readonly liveBytes: readonly Bytes[];
  /** The median growth of a late round, per call; below 0 where it fell. */
  readonly growthPerCall: Bytes;
  /** About so much must be kept by each call to be named with its line: sampling is coarser for functions that allocate much. */
  readonly leastSeenPerCall: Bytes;
  /** Empty where nothing leaks, or where what leaks has no line: memory outside of the heap. */
  readonly kept: readonly KeptBy[];
}
