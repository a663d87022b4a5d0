import { WatertightError } from '../kernel/errors.ts';
import { isolated } from '../kernel/listeners.ts';
import { checkOptions } from '../kernel/options.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { QueuedState } from './queue-job.ts';
import { Job } from './queue-job.ts';
import type { DeadLetter } from './queue-letters.ts';
import { DeadLetters } from './queue-letters.ts';
import type { QueueMetrics } from './queue-metrics.ts';
import { QueueCounts } from './queue-metrics.ts';
import type {
  CleanupOutcome,
  CleanupQueueOptions,
  CleanupResult,
  CleanupTask,
  QueueItemOptions,
  QueueSettings,
} from './queue-options.ts';
import { itemRules, queueRules, settingsOf } from './queue-options.ts';
import { JobRunner } from './queue-runner.ts';

/** What `add` returns. */
export interface QueuedCleanup {
  readonly state: QueuedState;
  /** True when it will not be called (again). False while a call runs, and when it has ended. */
  cancel(): boolean;
}

/** A job as whoever queued it sees it. */
class Ticket implements QueuedCleanup {
  readonly #runner: JobRunner;
  readonly #job: Job;

  constructor(runner: JobRunner, job: Job) {
    this.#runner = runner;
    this.#job = job;
  }

  get state(): QueuedState {
    return this.#job.state;
  }

  cancel(): boolean {
    return this.#runner.cancel(this.#job);
  }
}

/** Whether a queue does its work. */
export interface QueueHealth {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** What is wrong, in words; empty when healthy. */
  readonly problems: readonly string[];
}

/** How closing a queue ended. */
export interface QueueCloseReport {
  /** Everything that was queued has been called and nothing runs any more. */
  readonly ok: boolean;
  /** Never called, or not again: they stand in the dead letters. */
  readonly givenUp: number;
  /** Calls that had not settled. */
  readonly running: number;
}

/**
 * Runs cleanup work in the background: the highest priority first, first-in first-out inside one, with ageing so that nothing
 * starves; so many calls at a time; a deadline on each; repeats after a pause that grows; dead letters for what was given up. A
 * task that hangs gives up its place at its deadline; one that throws harms nobody. Nothing is polled: an idle queue has no timer.
 */
export class CleanupQueue implements AsyncDisposable {
  readonly #settings: QueueSettings;
  readonly #letters: DeadLetters;
  readonly #counts: QueueCounts = new QueueCounts();
  readonly #runner: JobRunner;
  #lastJob = 0;
  #closing: Promise<QueueCloseReport> | undefined;

  /** Throws WT_INVALID_OPTION. */
  constructor(options: Readonly<CleanupQueueOptions> = {}) {
    checkOptions('CleanupQueue', options, queueRules);
    this.#settings = settingsOf(options);
    this.#letters = new DeadLetters(this.#settings.maxDeadLetters);
    this.#runner = new JobRunner(this.#settings, this.#counts, (job, result, error, late) =>
      this.#ended(job, result, error, late),
    );
  }

  /** Items that wait for their turn or pause between attempts; those that run do not count. */
  get size(): number {
    return this.#runner.waiting.size + this.#runner.pausing;
  }

  /**
   * Queues a task; it is first called after the present synchronous code. Throws WT_RESOURCE_EXHAUSTED when the queue is full,
   * WT_SHUTTING_DOWN after `close`, WT_INVALID_OPTION.
   */
  add(task: CleanupTask, options: Readonly<QueueItemOptions> = {}): QueuedCleanup {
    checkOptions('CleanupQueue.add', options, itemRules);
    if (this.#closing !== undefined) throw new WatertightError('WT_SHUTTING_DOWN', 'the cleanup queue is closed');
    const { maxLength } = this.#settings;
    if (this.size >= maxLength) {
      throw new WatertightError(
        'WT_RESOURCE_EXHAUSTED',
        `the cleanup queue is full: ${this.size} items wait, \`maxLength\` is ${maxLength}`,
      );
    }
    const job = new Job(++this.#lastJob, task, { ...options }, this.#settings);
    this.#runner.enqueue(job);
    return new Ticket(this.#runner, job);
  }

  metrics(): QueueMetrics {
    const { waiting, circuits, pausing, running } = this.#runner;
    const counts = this.#counts;
    return {
      waiting: { low: waiting.count(0), normal: waiting.count(1), high: waiting.count(2), critical: waiting.count(3) },
      retrying: pausing,
      running,
      hung: counts.hung,
      outcomes: { ...counts.outcomes },
      retries: counts.retries,
      successRate: counts.successRate(),
      durations: counts.durations(),
      deadLetters: { kept: this.#letters.size, dropped: this.#letters.dropped },
      openCircuits: circuits.open(this.#settings.clock.monotonic()),
      worker: this.#closing !== undefined && this.#runner.status() === 'idle' ? 'closed' : this.#runner.status(),
    };
  }

  health(): QueueHealth {
    const { worker, hung, deadLetters, openCircuits } = this.metrics();
    const problems: string[] = [];
    if (worker === 'blocked') problems.push(`all ${this.#settings.concurrency} places are taken by calls that do not settle`);
    if (hung > 0) problems.push(`${hung} calls have not settled although their deadline has passed`);
    if (deadLetters.kept > 0) problems.push(`${deadLetters.kept} cleanups were given up`);
    if (openCircuits.length > 0) problems.push(`circuits are open: ${openCircuits.join(', ')}`);
    const status = worker === 'blocked' ? 'unhealthy' : problems.length > 0 ? 'degraded' : 'healthy';
    return { status, problems };
  }

  /** What was given up, oldest first. */
  deadLetters(): readonly DeadLetter[] {
    return this.#letters.list();
  }

  /** Queues again what was given up, with all its attempts. Returns how many. Throws as `add` does; what was not queued stays. */
  retryDeadLetters(): number {
    return this.#letters.drain((task, options) => void this.add(task, options));
  }

  /** Resolves when nothing waits, pauses or runs; calls past their deadline are not waited for. */
  idle(): Promise<void> {
    return this.#runner.idle();
  }

  /**
   * Takes no more work, cuts pauses short and runs what is left for at most `graceMs` (default 10 000, 0: no wait). What was not
   * called then goes to the dead letters with WT_SHUTTING_DOWN. Called again it returns the same promise.
   */
  close(graceMs: Milliseconds = 10_000): Promise<QueueCloseReport> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(graceMs: Milliseconds): Promise<QueueCloseReport> {
    const runner = this.#runner;
    runner.hurry();
    await this.#idleWithin(graceMs);
    runner.stop();
    let givenUp = 0;
    for (let job = runner.waiting.pop(); job !== undefined; job = runner.waiting.pop()) {
      job.state = 'ended';
      this.#ended(
        job,
        'failed',
        new WatertightError('WT_SHUTTING_DOWN', 'the cleanup queue was closed before this cleanup was called'),
        false,
      );
      givenUp += 1;
    }
    const running = runner.running + this.#counts.hung;
    return { ok: givenUp === 0 && running === 0, givenUp, running };
  }

  #idleWithin(graceMs: Milliseconds): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#settings.clock.schedule(graceMs, resolve, { ref: true });
      void this.idle().then(() => {
        timer.cancel();
        return resolve();
      });
    });
  }

  #ended(job: Job, result: CleanupResult, error: unknown, late: boolean): void {
    if (late && result === 'done' && job.letter !== undefined) this.#letters.remove(job.letter);
    if (!late) {
      this.#counts.outcomes[result] += 1;
      if (result === 'failed' || result === 'timed-out') this.#bury(job, result, error);
    }
    this.#tell(job, result, error, late);
  }

  #bury(job: Job, result: 'failed' | 'timed-out', error: unknown): void {
    const { name, priority, attempts } = job;
    job.letter = { name, priority, result, attempts, error, atMs: this.#settings.clock.now() };
    this.#letters.add(job.letter, job.task, job.options);
  }

  #tell(job: Job, result: CleanupResult, error: unknown, late: boolean): void {
    const { onOutcome } = job.options;
    if (onOutcome === undefined && this.#settings.onOutcome === undefined) return;
    const durationMs = job.attempts === 0 ? 0 : this.#settings.clock.monotonic() - job.startedMs;
    const { name, priority, attempts } = job;
    const outcome: CleanupOutcome = {
      name,
      priority,
      result,
      attempts,
      durationMs,
      late,
      ...(error === undefined ? {} : { error }),
    };
    for (const listener of [onOutcome, this.#settings.onOutcome])
      if (listener !== undefined)
        isolated(
          () => listener(outcome),
          () => {},
        );
  }
}
