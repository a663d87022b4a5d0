import { LazyAbort } from '../kernel/abort.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { CleanupContext, CleanupTask, QueueItemOptions, QueueSettings } from './queue-options.ts';
import type { RetryOptions } from './kind.ts';
import { recoveryOf } from './queue-options.ts';
import type { DeadLetter } from './queue-letters.ts';
import { CleanupPriority } from './words.ts';

/** `waiting` for its turn, `running`, `pausing` between two attempts, or `ended`. */
export type QueuedState = 'waiting' | 'running' | 'pausing' | 'ended';

/** One item of the queue, through all its attempts. */
export class Job {
  readonly id: number;
  readonly task: CleanupTask;
  readonly options: QueueItemOptions;
  readonly priority: CleanupPriority;
  readonly timeoutMs: Milliseconds;
  readonly retry: RetryOptions;
  state: QueuedState = 'waiting';
  attempts = 0;
  startedMs = 0;
  /** Of the list while waiting, of the wheel while pausing. */
  handle = 0;
  /** What the task failed with, once its fallback has taken over. */
  failedWith: { readonly error: unknown } | undefined = undefined;
  letter: DeadLetter | undefined = undefined;

  constructor(id: number, task: CleanupTask, options: QueueItemOptions, settings: QueueSettings) {
    this.id = id;
    this.task = task;
    this.options = options;
    this.priority = options.priority ?? CleanupPriority.Normal;
    this.timeoutMs = options.timeoutMs ?? settings.timeoutMs;
    this.retry = options.retry ?? settings.retry;
  }

  get name(): string {
    return this.options.name ?? (this.task.name === '' ? 'cleanup' : this.task.name);
  }

  /** The task, or the fallback once that has taken over. */
  get current(): CleanupTask {
    return this.failedWith === undefined ? this.task : (this.options.fallback ?? this.task);
  }

  mayRepeat(timedOut: boolean): boolean {
    return this.attempts < this.retry.attempts && (!timedOut || this.options.idempotent === true);
  }

  /** What to do about the error, in the terms of the queue. An own `recover` that throws counts as not given. */
  decide(error: unknown, timedOut: boolean): 'repeat' | 'fall-back' | 'break' | 'give-up' {
    if (this.failedWith !== undefined) return 'give-up';
    const recovery = this.#recovery(error);
    if (recovery === 'fail') return 'give-up';
    if (recovery === 'circuit-break') return 'break';
    const hasFallback = this.options.fallback !== undefined;
    if (recovery === 'fallback' && hasFallback) return 'fall-back';
    if (this.mayRepeat(timedOut)) return 'repeat';
    return hasFallback ? 'fall-back' : 'give-up';
  }

  #recovery(error: unknown): ReturnType<typeof recoveryOf> {
    try {
      return this.options.recover?.(error, this.attempts) ?? recoveryOf(error);
    } catch {
      return recoveryOf(error);
    }
  }
}

/** One call of a task: what the task sees, and whether the queue still waits for it. */
export class Call implements CleanupContext {
  readonly id: number;
  readonly job: Job;
  readonly attempt: number;
  readonly startedMs: Milliseconds;
  /** Handle of its deadline in the wheel; 0: none. */
  deadline = 0;
  timedOut = false;
  #abort: LazyAbort | undefined;

  constructor(id: number, job: Job, startedMs: Milliseconds) {
    this.id = id;
    this.job = job;
    this.attempt = job.attempts;
    this.startedMs = startedMs;
  }

  get signal(): AbortSignal {
    this.#abort ??= new LazyAbort();
    return this.#abort.signal;
  }

  /** Its deadline has passed. */
  expire(reason: unknown): void {
    this.timedOut = true;
    this.deadline = 0;
    this.#abort ??= new LazyAbort();
    this.#abort.abort(reason);
  }
}
