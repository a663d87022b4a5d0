import type { Milliseconds } from '../kernel/units.ts';
import type { CleanupResult } from './queue-options.ts';

/** Upper bounds of the duration histogram in milliseconds; what is longer falls into the last bucket. */
export const durationBoundsMs: readonly Milliseconds[] = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  1_000,
  2_000,
  5_000,
  10_000,
  30_000,
  Infinity,
];

/** One bar of a histogram of durations. */
export interface DurationBucket {
  readonly upToMs: Milliseconds;
  readonly count: number;
}

/** `idle`: nothing to do; `working`; `waiting`: only pauses between attempts; `blocked`: every place is taken by a call older than its deadline allows or than 30 s; `closed`. */
export type WorkerStatus = 'idle' | 'working' | 'waiting' | 'blocked' | 'closed';

/** What a queue has done and holds now. Plain data. */
export interface QueueMetrics {
  readonly waiting: { readonly low: number; readonly normal: number; readonly high: number; readonly critical: number };
  /** Pausing between two attempts. */
  readonly retrying: number;
  readonly running: number;
  /** Calls that have not settled although their deadline has passed. */
  readonly hung: number;
  readonly outcomes: Readonly<Record<CleanupResult, number>>;
  /** Attempts beyond the first. */
  readonly retries: number;
  /** Done or recovered, of all that ended but were not cancelled; 1 when none has. */
  readonly successRate: number;
  readonly durations: readonly DurationBucket[];
  readonly deadLetters: { readonly kept: number; readonly dropped: number };
  readonly openCircuits: readonly string[];
  readonly worker: WorkerStatus;
}

/** What the queue counts while it works. */
export class QueueCounts {
  readonly #buckets: Float64Array = new Float64Array(durationBoundsMs.length);
  readonly outcomes: Record<CleanupResult, number> = { done: 0, recovered: 0, failed: 0, 'timed-out': 0, cancelled: 0 };
  retries = 0;
  hung = 0;

  /** One call took this long. */
  took(durationMs: Milliseconds): void {
    let bucket = 0;
    while (durationMs > (durationBoundsMs[bucket] ?? Infinity)) bucket += 1;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
  }

  durations(): readonly DurationBucket[] {
    return durationBoundsMs.map((upToMs, bucket) => ({ upToMs, count: this.#buckets[bucket] ?? 0 }));
  }

  successRate(): number {
    const good = this.outcomes.done + this.outcomes.recovered;
    const all = good + this.outcomes.failed + this.outcomes['timed-out'];
    return all === 0 ? 1 : good / all;
  }
}
