import type { Milliseconds } from '../units.ts';
import type { Clock, ScheduleOptions, Timer } from './clock.ts';

const nextTurn = globalThis.setImmediate;

interface Entry extends Timer {
  readonly dueMs: Milliseconds;
  readonly run: () => void;
  readonly holdsProcess: boolean;
}

/** Where a manual clock begins. */
export interface ManualClockOptions {
  /** What `now()` says at first, milliseconds since 1970. Default 1 700 000 000 000. */
  readonly startMs?: Milliseconds;
}

/** A clock that stands still until it is told to advance. For tests. */
export class ManualClock implements Clock {
  readonly exact: boolean = true;
  readonly #startMs: Milliseconds;
  /** In the order in which they were scheduled. */
  readonly #entries: Set<Entry> = new Set();
  #elapsedMs: Milliseconds = 0;
  #jumpedMs: Milliseconds = 0;

  constructor(options: ManualClockOptions = {}) {
    this.#startMs = options.startMs ?? 1_700_000_000_000;
  }

  now(): Milliseconds {
    return this.#startMs + this.#jumpedMs + this.#elapsedMs;
  }

  monotonic(): Milliseconds {
    return this.#elapsedMs;
  }

  schedule(delayMs: Milliseconds, run: () => void, options?: ScheduleOptions): Timer {
    let holdsProcess = options?.ref ?? false;
    const entry: Entry = {
      dueMs: this.#elapsedMs + Math.max(0, delayMs),
      run,
      get holdsProcess() {
        return holdsProcess;
      },
      cancel: () => void this.#entries.delete(entry),
      ref: () => void (holdsProcess = true),
      unref: () => void (holdsProcess = false),
    };
    this.#entries.add(entry);
    return entry;
  }

  /** How many timers wait; `ref` counts those alone that would keep a process alive. */
  pending(which: 'all' | 'ref' = 'all'): number {
    if (which === 'all') return this.#entries.size;
    return [...this.#entries].filter((entry) => entry.holdsProcess).length;
  }

  /** The system's clock is set, forward or back: `now()` jumps, `monotonic()` and the timers do not. */
  jump(ms: Milliseconds): void {
    this.#jumpedMs += ms;
  }

  /** Moves the time forward and runs what comes due on the way, in order, also what those calls schedule. */
  advance(ms: Milliseconds): void {
    const end = this.#elapsedMs + ms;
    for (let entry = this.#next(end); entry !== undefined; entry = this.#next(end)) this.#run(entry);
    this.#elapsedMs = end;
  }

  /** As `advance`, but lets promises settle before, between and after the calls. */
  async advanceAsync(ms: Milliseconds): Promise<void> {
    const end = this.#elapsedMs + ms;
    await settle();
    for (let entry = this.#next(end); entry !== undefined; entry = this.#next(end)) {
      this.#run(entry);
      await settle();
    }
    this.#elapsedMs = end;
  }

  #next(end: Milliseconds): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries)
      if (entry.dueMs <= end && (first === undefined || entry.dueMs < first.dueMs)) first = entry;
    return first;
  }

  #run(entry: Entry): void {
    this.#entries.delete(entry);
    this.#elapsedMs = Math.max(this.#elapsedMs, entry.dueMs);
    entry.run();
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve));
}
