import { LazyAbort } from '../kernel/abort.ts';
import type { Clock, Timer } from '../kernel/clock/index.ts';
import { WatertightError } from '../kernel/errors.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { ScheduledWork } from './options.ts';
import type { RunOutcome, ScheduledRun } from './words.ts';

/** What one run needs to know. */
export interface RunPlan {
  readonly id: string;
  readonly run: number;
  readonly attempt: number;
  readonly timeoutMs: Milliseconds;
  readonly clock: Clock;
  readonly cancelTask: () => void;
}

/** One call of a task, from its begin until it settles. */
export class Run {
  readonly #plan: RunPlan;
  readonly #abort: LazyAbort = new LazyAbort();
  readonly #startedAtMs: Milliseconds;
  readonly #startedMonotonic: Milliseconds;
  #deadline: Timer | undefined;
  #why: 'timed-out' | 'cancelled' | undefined;
  #resolve: (outcome: RunOutcome) => void = () => {};
  /** Resolves when the task has settled; never rejects. */
  readonly settled: Promise<RunOutcome> = new Promise((resolve) => {
    this.#resolve = resolve;
  });

  constructor(plan: RunPlan) {
    this.#plan = plan;
    this.#startedAtMs = plan.clock.now();
    this.#startedMonotonic = plan.clock.monotonic();
  }

  /** Calls the task. */
  start(work: ScheduledWork): void {
    const { timeoutMs, clock } = this.#plan;
    if (timeoutMs > 0) this.#deadline = clock.schedule(timeoutMs, () => this.#expire());
    void this.#call(work).then(this.#resolve);
  }

  /** Its deadline has passed. */
  get overdue(): boolean {
    return this.#why === 'timed-out';
  }

  /** Asks it to end. The first reason counts. */
  cancel(reason: string): void {
    this.#end('cancelled', new WatertightError('WT_SHUTTING_DOWN', `schedule "${this.#plan.id}": ${reason}`));
  }

  #expire(): void {
    const { id, run, timeoutMs } = this.#plan;
    const text = `schedule "${id}": run ${run} did not end within ${timeoutMs} ms`;
    this.#end('timed-out', new WatertightError('WT_RELEASE_TIMEOUT', text));
  }

  #end(why: 'timed-out' | 'cancelled', error: WatertightError): void {
    this.#why ??= why;
    this.#abort.abort(error);
  }

  async #call(work: ScheduledWork): Promise<RunOutcome> {
    try {
      await work(this.#context());
      return this.#outcome(this.#why ?? 'done');
    } catch (error) {
      const thrown = error === undefined ? new WatertightError('WT_RELEASE_FAILED', 'the task threw undefined') : error;
      return this.#outcome(this.#why ?? 'failed', thrown);
    } finally {
      this.#deadline?.cancel();
    }
  }

  #context(): ScheduledRun {
    const abort = this.#abort;
    const { id, run, attempt, cancelTask } = this.#plan;
    return {
      id,
      run,
      attempt,
      get signal() {
        return abort.signal;
      },
      cancel: cancelTask,
    };
  }

  #outcome(result: RunOutcome['result'], error?: unknown): RunOutcome {
    const { id, run, clock } = this.#plan;
    const durationMs = clock.monotonic() - this.#startedMonotonic;
    const outcome = { id, run, result, startedAtMs: this.#startedAtMs, durationMs };
    return Object.freeze(error === undefined ? outcome : { ...outcome, error });
  }
}
