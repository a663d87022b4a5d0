import type { Milliseconds } from '../kernel/units.ts';
import type { SchedulerSettings, ScheduledWork, TaskSettings } from './options.ts';
import { Run } from './run.ts';
import { Waiting } from './waiting.ts';
import type { NextRun, RunOutcome, TaskStatus } from './words.ts';

/** Whom a task tells. */
export interface TaskListener {
  ended(task: Task): void;
  ran(outcome: RunOutcome): void;
  skipped(): void;
}

/** One scheduled task: waits, runs, waits. At most one run at a time; none once `stop` was called. */
export class Task {
  readonly id: string;
  readonly recurring: boolean;
  readonly #work: ScheduledWork;
  readonly #settings: TaskSettings;
  readonly #shared: Pick<SchedulerSettings, 'clock' | 'random'>;
  readonly #listener: TaskListener;
  readonly #waiting: Waiting;
  #run: Run | undefined;
  #stopping: Promise<void> | undefined;
  #cancelled = false;
  #ended = false;
  #runs = 0;
  #failures = 0;
  #skipped = 0;
  #lastRun: RunOutcome | null = null;

  constructor(
    what: { readonly id: string; readonly work: ScheduledWork; readonly next: NextRun; readonly recurring: boolean },
    settings: TaskSettings,
    shared: Pick<SchedulerSettings, 'clock' | 'random'>,
    listener: TaskListener,
  ) {
    this.id = what.id;
    this.recurring = what.recurring;
    this.#work = what.work;
    this.#settings = settings;
    this.#shared = shared;
    this.#listener = listener;
    this.#waiting = new Waiting({
      next: what.next,
      clock: shared.clock,
      keepAlive: settings.keepAlive,
      jitter: () => (settings.jitterMs === 0 ? 0 : shared.random() * settings.jitterMs),
      onDue: () => this.#due(),
    });
  }

  /** Sets the first timer. A task that is never due ends at once. */
  start(): void {
    this.#waiting.advance();
    if (!this.#waiting.planned) this.#end();
  }

  get idle(): boolean {
    return this.#ended;
  }

  /** No run begins any more; resolves when the one under way has settled, which is asked to by its signal. */
  stop(): Promise<void> | undefined {
    this.#waiting.stop();
    if (this.#ended) return undefined;
    if (this.#run === undefined) {
      this.#end();
      return undefined;
    }
    this.#run.cancel('cancelled');
    this.#stopping ??= this.#run.settled.then(() => {});
    return this.#stopping;
  }

  status(): TaskStatus {
    const remaining = this.#waiting.remaining();
    return Object.freeze({
      id: this.id,
      description: this.#settings.description,
      recurring: this.recurring,
      state: this.#state(),
      nextRunAtMs: Number.isFinite(remaining) ? this.#shared.clock.now() + Math.max(0, remaining) : null,
      runs: this.#runs,
      failures: this.#failures,
      skipped: this.#skipped,
      overdue: this.#run?.overdue ?? false,
      lastRun: this.#lastRun,
    });
  }

  #state(): TaskStatus['state'] {
    if (this.#ended) return 'ended';
    if (this.#run === undefined) return 'waiting';
    return this.#stopping === undefined ? 'running' : 'cancelling';
  }

  #due(): void {
    if (this.#run === undefined) return this.#begin();
    // Left as it is, what is due begins when the present run has settled.
    if (this.#settings.overlap === 'cancel') this.#run.cancel('the next run is due');
    if (this.#settings.overlap !== 'skip') return;
    this.#skipped += 1;
    this.#listener.skipped();
    this.#waiting.advance();
  }

  #begin(): void {
    this.#runs += 1;
    const { clock } = this.#shared;
    const plan = {
      id: this.id,
      run: this.#runs,
      attempt: this.#failures + 1,
      timeoutMs: this.#settings.timeoutMs,
      clock,
      cancelTask: () => this.#cancelFromWithin(),
    };
    // Planned before the task is called: what it does to the clock or to us must not shift the grid.
    this.#waiting.advance();
    const run = new Run(plan);
    this.#run = run;
    // Before anybody else who waits for it: whoever cancels finds the task ended.
    void run.settled.then((outcome) => this.#settle(outcome));
    run.start(this.#work);
  }

  /** The task itself calls it, while it runs or while it is being called. */
  #cancelFromWithin(): void {
    this.#cancelled = true;
    this.#waiting.stop();
  }

  #settle(outcome: RunOutcome): void {
    this.#run = undefined;
    this.#lastRun = outcome;
    const bad = outcome.result === 'failed' || outcome.result === 'timed-out';
    this.#failures = bad ? this.#failures + 1 : 0;
    this.#listener.ran(outcome);
    if (this.#stopping !== undefined || this.#ended) return this.#end();
    if (bad) this.#afterFailure();
    else if (this.#waiting.planned) this.#waiting.sleep();
    if (!this.#waiting.planned) this.#end();
  }

  #afterFailure(): void {
    const pause = this.#pause();
    this.#waiting.pause(pause);
    if (this.#waiting.planned) this.#waiting.sleep();
    else if (!this.#cancelled && this.#failures < this.#settings.attempts) this.#waiting.again(pause);
  }

  #pause(): Milliseconds {
    const { firstMs, maxMs } = this.#settings.backoff;
    return Math.min(firstMs * 2 ** Math.min(this.#failures - 1, 40), maxMs) * (0.75 + this.#shared.random() / 2);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting.stop();
    this.#listener.ended(this);
  }
}
