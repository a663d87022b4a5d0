import type { CleanupPriority, KindOptions, Release, ReleaseContext } from '../core/index.ts';
import { systemClock } from '../kernel/clock/index.ts';
import type { Clock } from '../kernel/clock/index.ts';
import { checkOptions, having, milliseconds, oneOf } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';

/** How a kind lets go of what may still be in use. */
export interface DrainOptions {
  /** How long work under way may take to end by itself, before it is cut off. Default 3 000; 0: cut off at once. */
  readonly drainMs?: Milliseconds;
  /** Default: High for servers (no new work comes in), Low for databases (what uses them is released first), else Normal. */
  readonly priority?: CleanupPriority;
  readonly clock?: Clock;
}

/** How a resource is let go: asked to end, and cut off when that takes too long. */
export interface Drain<T> {
  /** Asks it to end; the promise tells that it has. */
  readonly end: (value: T, context: ReleaseContext) => MaybePromise<unknown>;
  /** Ends it now, whatever is under way. True: it is over; else `end` settles because of it. */
  readonly cut: (value: T) => MaybePromise<boolean>;
}

export const defaultDrainMs: Milliseconds = 3_000;
/** Between cutting off and the deadline of the release. */
const marginMs: Milliseconds = 2_000;

const rules: Rules = {
  drainMs: milliseconds,
  priority: oneOf(0, 1, 2, 3),
  clock: having('now', 'monotonic', 'schedule'),
};

/** The part of a kind that all kinds with a drain share. Throws WT_INVALID_OPTION. */
export function draining<T>(
  where: string,
  options: Readonly<DrainOptions>,
  priority: CleanupPriority,
  drain: Drain<T>,
): Pick<KindOptions<T>, 'release' | 'releaseTimeoutMs' | 'priority'> {
  checkOptions(where, options, rules);
  const drainMs = options.drainMs ?? defaultDrainMs;
  return {
    priority: options.priority ?? priority,
    releaseTimeoutMs: drainMs + marginMs,
    release: releaseOf(drain, drainMs, options.clock ?? systemClock),
  };
}

/** What `end` fails with after the cut is dropped: a connection that is cut reports that as an error. */
function releaseOf<T>({ end, cut }: Drain<T>, drainMs: Milliseconds, clock: Clock): Release<T> {
  return async (value, context) => {
    const ending = Promise.resolve(end(value, context));
    const cutting = new LateCut(() => cut(value));
    const timer = drainMs === 0 ? cutting.begin() : clock.schedule(drainMs, () => cutting.begin(), { ref: true });
    try {
      await Promise.race([ending, cutting.over]);
    } catch (error) {
      if (!cutting.begun || cutting.failed) throw error;
    } finally {
      timer?.cancel();
    }
  };
}

/** The cutting off that may or may not come. */
class LateCut {
  readonly #cut: () => MaybePromise<boolean>;
  begun = false;
  failed = false;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};
  /** Settles only when cutting it off has ended it, or failed. */
  readonly over: Promise<void> = new Promise((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  constructor(cut: () => MaybePromise<boolean>) {
    this.#cut = cut;
  }

  begin(): undefined {
    this.begun = true;
    void this.#run();
    return undefined;
  }

  async #run(): Promise<void> {
    try {
      if (await this.#cut()) this.#resolve();
    } catch (error) {
      this.failed = true;
      this.#reject(error);
    }
  }
}
