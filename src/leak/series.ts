import type { Bytes, Milliseconds } from '../kernel/units.ts';

/** What was in use after a full collection of one thread: heap plus external memory. */
export interface CollectedPoint {
  /** Any origin; the same one for all times of an input. */
  readonly tMs: Milliseconds;
  readonly liveBytes: Bytes;
  /** Forced collections free all that can be freed; natural ones leave some of it for the next time. */
  readonly how: 'forced' | 'natural';
  /** The part of `liveBytes` that counts against the heap limit. Default: all of it. */
  readonly heapBytes?: Bytes;
}

/** One reading of a series: when, and how many bytes. */
export type Reading = readonly [tMs: Milliseconds, bytes: Bytes];

/** A limit as the folder `memory` names them: `heap`, `cgroup`, `host`, `configured`. */
export interface NamedLimit {
  readonly name: string;
  readonly bytes: Bytes;
}

/** What is judged: the memory of one thread over the time it was watched. */
export interface GrowthInput {
  readonly points: readonly CollectedPoint[];
  /** How long the thread was watched. */
  readonly durationMs: Milliseconds;
  /** Limits that the memory may reach; may be empty. */
  readonly limits: readonly NamedLimit[];
  /** Resident memory of the process: used for the limits other than the heap's, and for spikes. */
  readonly rss?: readonly Reading[];
}

/** `growing` is a trend, not a proven leak: a cache that is still filling looks the same until it is full. */
export type GrowthLevel = 'growing' | 'spike' | 'not-growing' | 'too-short';

/** How fast memory grows: the median of the slopes between all pairs, and the bounds that hold it with 95 % confidence. */
export interface GrowthRate {
  readonly bytesPerSecond: number;
  readonly low: number;
  readonly high: number;
}

/** What `judgeGrowth` found, and the figures that it rests on. */
export interface GrowthVerdict {
  readonly level: GrowthLevel;
  /** One sentence for people, with the figures that the level rests on. */
  readonly why: string;
  /** What would have been enough; `null` unless the level is `too-short`. */
  readonly wouldBeEnough: string | null;
  /** `null` unless the level is `growing`. */
  readonly rate: GrowthRate | null;
  /** Time from the last point until the limit is reached at this rate; `null` when none is reached within 30 days. */
  readonly reachedInMs: Milliseconds | null;
  /** Name of the limit that is reached first. */
  readonly limit: string | null;
  readonly evidence: {
    /** Full collections seen. */
    readonly collections: number;
    /** Those that the level was judged by: the forced ones where there are enough of them, without the first quarter. */
    readonly points: number;
  };
}
