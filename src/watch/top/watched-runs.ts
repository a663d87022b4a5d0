import type { Clock } from '../../kernel/clock/index.ts';
import { liveRuns } from '../past/live-runs.ts';
import type { ProcessTable } from '../platform/index.ts';
import { WatchedRun } from './watched-run.ts';

const searchEveryMs = 2_000;

/** All runs of this user that go on now. */
export class WatchedRuns {
  readonly #env: NodeJS.ProcessEnv;
  readonly #clock: Clock;
  readonly #table: ProcessTable;
  readonly #runs = new Map<string, WatchedRun>();
  #nextSearchMs = Number.NEGATIVE_INFINITY;

  constructor(env: NodeJS.ProcessEnv, clock: Clock, table: ProcessTable) {
    this.#env = env;
    this.#clock = clock;
    this.#table = table;
  }

  /** Finds new runs, reads what is new in all, forgets those that have gone. */
  poll(): readonly WatchedRun[] {
    const now = this.#clock.monotonic();
    if (now >= this.#nextSearchMs) {
      this.#nextSearchMs = now + searchEveryMs;
      this.#search();
    }
    for (const run of this.#runs.values()) run.poll();
    return [...this.#runs.values()].filter((run) => run.run !== undefined && run.threads.length > 0);
  }

  #search(): void {
    const found = new Set(liveRuns(this.#env));
    for (const directory of this.#runs.keys()) if (!found.has(directory)) this.#runs.delete(directory);
    for (const directory of found) {
      if (!this.#runs.has(directory)) this.#runs.set(directory, new WatchedRun(directory, this.#clock, this.#table));
    }
  }
}
