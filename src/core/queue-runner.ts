import type { Clock } from '../kernel/clock/index.ts';
import { TimingWheel } from '../kernel/clock/index.ts';
import { WatertightError } from '../kernel/errors.ts';
import { isPromiseLike } from '../kernel/listeners.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { Circuits } from './queue-circuit.ts';
import type { Job } from './queue-job.ts';
import { Call } from './queue-job.ts';
import { PriorityLists } from './queue-lists.ts';
import type { QueueCounts, WorkerStatus } from './queue-metrics.ts';
import type { CleanupResult, QueueSettings } from './queue-options.ts';
import { backoffMs } from './queue-options.ts';

/** Synchronous tasks run in a row for this long at most, then the event loop has its turn. */
const turnMs: Milliseconds = 8;
/** A call without a deadline that is older than this counts as stuck. */
const stuckAfterMs: Milliseconds = 30_000;

/** How the runner tells that a job has ended: once, and once more (`late`) when it settles after its deadline. */
export type JobEnd = (job: Job, result: CleanupResult, error: unknown, late: boolean) => void;

/** Calls jobs in their order, so many at a time, and repeats what failed. Ends of jobs go to whoever made it. */
export class JobRunner {
  readonly circuits: Circuits;
  readonly waiting: PriorityLists<Job> = new PriorityLists();
  readonly #settings: QueueSettings;
  readonly #counts: QueueCounts;
  readonly #ended: JobEnd;
  readonly #clock: Clock;
  readonly #wheel: TimingWheel;
  readonly #pausing: Map<number, Job> = new Map();
  readonly #calls: Map<number, Call> = new Map();
  readonly #pump: () => void = () => this.#work();
  readonly #expire: (call: number) => void = (call) => this.#expired(call);
  readonly #resume: (job: number) => void = (job) => this.#resumed(job);
  #lastCall = 0;
  #pumping = false;
  #hurried = false;
  #stopped = false;
  #idlers: (() => void)[] = [];

  constructor(settings: QueueSettings, counts: QueueCounts, ended: JobEnd) {
    this.#settings = settings;
    this.#counts = counts;
    this.#ended = ended;
    this.#clock = settings.clock;
    this.#wheel = new TimingWheel(settings.clock);
    this.circuits = new Circuits(settings.circuitOpenMs);
  }

  get running(): number {
    return this.#calls.size;
  }

  get pausing(): number {
    return this.#pausing.size;
  }

  status(): WorkerStatus {
    if (this.#calls.size >= this.#settings.concurrency && this.#allStuck()) return 'blocked';
    if (this.#calls.size > 0 || this.waiting.size > 0) return 'working';
    return this.#pausing.size > 0 ? 'waiting' : 'idle';
  }

  /** Resolves when nothing waits, pauses or runs. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idlers.push(resolve));
  }

  /** From now on no job pauses between attempts. */
  hurry(): void {
    this.#hurried = true;
    for (const job of this.#pausing.values()) {
      this.#wheel.cancel(job.handle);
      this.#resumed(job.id);
    }
  }

  /** From now on no job is called again. */
  stop(): void {
    this.#stopped = true;
  }

  /** The job waits for its turn, last in its priority. */
  enqueue(job: Job): void {
    job.state = 'waiting';
    job.handle = this.waiting.push(job, job.priority);
    if (this.#pumping || this.#calls.size >= this.#settings.concurrency) return;
    this.#pumping = true;
    queueMicrotask(this.#pump);
  }

  /** False when the job runs or has ended. */
  cancel(job: Job): boolean {
    if (job.state === 'waiting') this.waiting.cancel(job.handle);
    else if (job.state === 'pausing') {
      this.#wheel.cancel(job.handle);
      this.#pausing.delete(job.id);
    } else return false;
    this.#end(job, 'cancelled');
    this.#tellIdle();
    return true;
  }

  #isIdle(): boolean {
    return this.waiting.size === 0 && this.#pausing.size === 0 && this.#calls.size === 0;
  }

  #allStuck(): boolean {
    const now = this.#clock.monotonic();
    for (const call of this.#calls.values()) if (now - call.startedMs < stuckAfterMs) return false;
    return true;
  }

  #work(): void {
    const turnEnd = this.#clock.monotonic() + turnMs;
    while (this.waiting.size > 0 && this.#calls.size < this.#settings.concurrency) {
      const now = this.#clock.monotonic();
      if (now > turnEnd) {
        this.#clock.schedule(0, this.#pump, { ref: true });
        return;
      }
      const job = this.waiting.pop();
      if (job !== undefined) this.#start(job, now);
    }
    this.#pumping = false;
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#idlers.length === 0 || !this.#isIdle()) return;
    const idlers = this.#idlers;
    this.#idlers = [];
    for (const tell of idlers) tell();
  }

  #start(job: Job, now: Milliseconds): void {
    const { circuit } = job.options;
    if (circuit !== undefined && !this.circuits.allows(circuit, now)) {
      return this.#end(job, 'failed', circuitOpen(circuit));
    }
    job.state = 'running';
    if (job.attempts === 0) job.startedMs = now;
    if (job.failedWith === undefined) {
      job.attempts += 1;
      if (job.attempts > 1) this.#counts.retries += 1;
    }
    const call = new Call(++this.#lastCall, job, now);
    this.#calls.set(call.id, call);
    this.#call(call);
  }

  #call(call: Call): void {
    const { job } = call;
    try {
      const result: unknown = job.current(call);
      if (!isPromiseLike(result)) return this.#succeeded(call);
      if (job.timeoutMs > 0) call.deadline = this.#wheel.set(job.timeoutMs, this.#expire, call.id, true);
      result.then(
        () => this.#succeeded(call),
        (error: unknown) => this.#failed(call, error),
      );
    } catch (error) {
      this.#failed(call, error);
    }
  }

  #succeeded(call: Call): void {
    if (!this.#leave(call)) return this.#late(call, 'done');
    const { job } = call;
    if (job.options.circuit !== undefined) this.circuits.succeeded(job.options.circuit);
    this.#end(job, job.failedWith === undefined ? 'done' : 'recovered');
    this.#goOn();
  }

  #failed(call: Call, error: unknown): void {
    if (!this.#leave(call)) return this.#late(call, 'failed', error);
    this.#recover(call.job, error, false);
    this.#goOn();
  }

  #expired(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    const { job } = call;
    const error = new WatertightError('WT_RELEASE_TIMEOUT', `"${job.name}" did not settle within ${job.timeoutMs} ms`);
    this.#leave(call);
    this.#counts.hung += 1;
    call.expire(error);
    this.#recover(job, error, true);
    this.#goOn();
  }

  /** The call gives up its place. False when it had done so before, at its deadline. */
  #leave(call: Call): boolean {
    if (!this.#calls.delete(call.id)) return false;
    if (call.deadline !== 0) this.#wheel.cancel(call.deadline);
    this.#counts.took(this.#clock.monotonic() - call.startedMs);
    return true;
  }

  #goOn(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(this.#pump);
  }

  /** A call settled after its deadline. Told once, unless the item has gone on with another attempt. */
  #late(call: Call, result: 'done' | 'failed', error?: unknown): void {
    if (!call.timedOut) return;
    call.timedOut = false;
    this.#counts.hung -= 1;
    const { job } = call;
    if (job.state !== 'ended' || call.attempt !== job.attempts || job.failedWith !== undefined) return;
    this.#ended(job, result, error, true);
  }

  #recover(job: Job, error: unknown, timedOut: boolean): void {
    const what = this.#stopped ? 'give-up' : job.decide(error, timedOut);
    const { circuit } = job.options;
    if (circuit !== undefined) this.circuits.failed(circuit, this.#clock.monotonic(), what === 'break');
    if (what === 'repeat') return this.#pause(job);
    if (what === 'fall-back') {
      job.failedWith = { error };
      return this.enqueue(job);
    }
    const told = job.failedWith === undefined ? error : bothFailed(job.failedWith.error, error);
    this.#end(job, timedOut ? 'timed-out' : 'failed', told);
  }

  #end(job: Job, result: CleanupResult, error?: unknown): void {
    job.state = 'ended';
    this.#ended(job, result, error, false);
  }

  #pause(job: Job): void {
    if (this.#hurried) return this.enqueue(job);
    job.state = 'pausing';
    this.#pausing.set(job.id, job);
    job.handle = this.#wheel.set(backoffMs(job.retry, job.attempts, this.#settings.random()), this.#resume, job.id, true);
  }

  #resumed(id: number): void {
    const job = this.#pausing.get(id);
    if (job === undefined) return;
    this.#pausing.delete(id);
    this.enqueue(job);
  }
}

function circuitOpen(name: string): WatertightError {
  return new WatertightError('WT_CIRCUIT_OPEN', `the circuit "${name}" is open: cleanups of its sort have failed repeatedly`);
}

function bothFailed(first: unknown, second: unknown): AggregateError {
  return new AggregateError([first, second], 'the cleanup and its fallback failed');
}
