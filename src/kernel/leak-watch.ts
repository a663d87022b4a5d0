import type { Bytes, Milliseconds } from './units.ts';

/** Where in the code, as it was written. */
export interface LeakPlace {
  /** Relative to the working directory where it lies below it. */
  readonly file: string;
  /** Where the function begins, from 1. */
  readonly line: number;
  readonly column: number;
  /** Empty for one without a name. */
  readonly function: string;
  /** Name of the package, for a file below node_modules. */
  readonly package: string | null;
}

/** One leak that was found in this process, from its opening to its end. Plain data. */
export interface DetectedLeak {
  /** The same for the same leak over restarts: metric, or package, file and function. */
  readonly id: string;
  /** What grows: `allocations` of a function, `external` memory, or a figure of the process. */
  readonly metric: 'allocations' | 'external' | 'handles' | 'descriptors' | 'connections' | 'threads' | 'memory';
  /** `leak` is proven and counts; `suspect` not yet. */
  readonly level: 'leak' | 'suspect';
  /** By how much it has grown, and how soon the tightest limit is reached. */
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  /** One sentence for people, with the figures that it rests on. */
  readonly what: string;
  /** Milliseconds since the epoch. */
  readonly detectedAtMs: Milliseconds;
  /** `null` while it goes on. */
  readonly closed: { readonly atMs: Milliseconds; readonly why: string } | null;
  /** More than at the start, where things are counted; `null` where bytes are. */
  readonly countIncrease: number | null;
  readonly memoryIncreaseBytes: Bytes | null;
  readonly bytesPerSecond: number | null;
  /** The function that makes what stays; `null` where nobody can be named. */
  readonly site: LeakPlace | null;
  /** Who called it, outermost first. */
  readonly calledFrom: readonly LeakPlace[];
}

/** What leak detection in a process has found. */
export interface LeakReport {
  /** Proven leaks that go on. */
  readonly leakCount: number;
  /** Those that go on, the most severe first, then those that ended; at most 100. */
  readonly detectedLeaks: readonly DetectedLeak[];
}

/** Leak detection in a process, as others see it. */
export interface LeakWatch {
  /** On a running one it does nothing. */
  start(): unknown;
  stop(): void;
  getLeakReport(): LeakReport;
}

let provided: ((intervalMs?: Milliseconds) => LeakWatch) | undefined;

/** For `watertight/leak`: what parts of this package that may not import it start on request. */
export function provideLeakWatch(make: (intervalMs?: Milliseconds) => LeakWatch): void {
  provided = make;
}

/** The leak detection of the thread; undefined unless `watertight/leak` was imported. */
export function providedLeakWatch(intervalMs?: Milliseconds): LeakWatch | undefined {
  return provided?.(intervalMs);
}
