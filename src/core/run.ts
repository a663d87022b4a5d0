import { WatertightError } from '../kernel/errors.ts';
import { isPromiseLike } from '../kernel/listeners.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import { CallContext, callRelease, thrownError } from './call.ts';
import { endBadly, endReleased } from './ending.ts';
import type { Kind } from './kind.ts';
import type { Ledger } from './ledger.ts';
import type { RowHow, TimedWork } from './record.ts';
import { countVerified, isProbed, probeRelease, stillThere } from './release-probe.ts';
import { rowState } from './table.ts';
import type { ReleaseOutcome, ReleaseReason, Verification } from './words.ts';

/** Whoever goes on when a run is over. */
export interface RunWaiter {
  /** The outcome only when it did not end well. */
  runOver(run: ReleaseRun, problem: ReleaseOutcome | undefined): void;
}

export interface RunWhy {
  readonly kind: Kind;
  readonly reason: ReleaseReason;
  readonly error: unknown;
}

const none = -1;
/** Among the ledger's `deadlines`, which come back to it. */
const noted = -2;

/**
 * A release that does not end at once: its promise, its deadline, its further attempts, its users that are waited for. It stands
 * in the table in place of the kind where the row has no record.
 */
export class ReleaseRun implements RowHow, TimedWork {
  readonly kind: Kind;
  readonly slot: number;
  waiter: RunWaiter | undefined = undefined;
  over = false;
  readonly #ledger: Ledger;
  readonly #generation: number;
  readonly #reason: ReleaseReason;
  readonly #error: unknown;
  readonly #exact: boolean;
  readonly #startedMs: Milliseconds;
  #context: CallContext | undefined = undefined;
  #phase: 'users' | 'called' | 'pause' = 'called';
  #attempt = 1;
  /** The wheel's handle, or one of the two that are none. */
  #timer: number = none;

  constructor(ledger: Ledger, slot: number, why: RunWhy) {
    const { table } = ledger;
    this.kind = why.kind;
    this.slot = slot;
    this.#ledger = ledger;
    this.#generation = table.slots.generation[slot] ?? 0;
    this.#reason = why.reason;
    this.#error = why.error;
    const record = ledger.recordAt(slot);
    if (record === undefined) table.hows[slot] = this;
    else record.timer = this;
    this.#exact = record !== undefined || ledger.counts.nextIsMeasured();
    this.#startedMs = ledger.elapsed(this.#exact);
  }

  /** The first call has been made and returned this promise. */
  follow(promise: PromiseLike<unknown>, context: CallContext | undefined): this {
    this.#context = context;
    const delayMs = this.kind.releaseTimeoutMs;
    if (delayMs > 0 && this.#ledger.deadlines.note(this.slot, delayMs)) this.#timer = noted;
    else this.#arm(delayMs);
    this.#watch(promise);
    return this;
  }

  /** The value is in use: the call is made when the last user is done, or when the deadline has passed. */
  waitForUsers(): this {
    this.#phase = 'users';
    this.#attempt = 0;
    this.#arm(this.kind.releaseTimeoutMs);
    return this;
  }

  /** The last user is done. */
  usersDone(): void {
    if (!this.over && this.#phase === 'users') this.#call();
  }

  /** The first call threw at once. */
  followFailure(error: unknown): this {
    this.#attemptFailed(error);
    return this;
  }

  /** The first call has returned; now the kind's probe is asked. */
  followProbe(): this {
    this.#arm(this.kind.releaseTimeoutMs);
    this.#verify(this.#attempt);
    return this;
  }

  /** It runs for some time now. */
  setDeadline(): void {
    if (this.#timer === noted) this.#arm(this.kind.releaseTimeoutMs);
  }

  onTime(): void {
    this.#timer = none;
    if (this.#phase === 'called') this.expire(false);
    else this.#call();
  }

  /** The time is over: the row is timed out and nobody waits for it any more, unless it may be called again. `final`: it may not. */
  expire(final: boolean): void {
    // Users who do not end cannot keep a resource beyond the time: its release is called under them.
    if (this.#phase === 'users') this.#call();
    if (this.over) return;
    if (this.#phase === 'pause') return this.#end('abandoned', this.#ledger.recordAt(this.slot)?.lastError);
    const took = this.#ledger.elapsed(true) - this.#startedMs;
    const error = new WatertightError('WT_RELEASE_TIMEOUT', `the release did not settle within ${took} ms`);
    this.#context?.expire(error);
    const again = !final && this.kind.idempotent && this.#attempt < this.kind.retry.attempts;
    if (again) return this.#pause(error, 'timed-out');
    this.#end('timed-out', error);
  }

  cut(): void {
    if (this.over) return;
    this.over = true;
    this.#disarm();
    this.waiter?.runOver(this, undefined);
  }

  #arm(delayMs: Milliseconds): void {
    this.#disarm();
    if (delayMs > 0 && delayMs < Infinity) this.#timer = this.#ledger.wheel.set(delayMs, this.#ledger.onTime, this.slot, true);
  }

  #disarm(): void {
    if (this.#timer >= 0) this.#ledger.wheel.cancel(this.#timer);
    this.#timer = none;
  }

  #watch(promise: PromiseLike<unknown>): void {
    const attempt = this.#attempt;
    // A foreign thenable may call back more than once or throw in `then`: a promise of our own does neither.
    const own = promise instanceof Promise ? promise : Promise.resolve(promise);
    own.then(
      () => this.#fulfilled(attempt),
      (error: unknown) => this.#rejected(attempt, thrownError(error)),
    );
  }

  #fulfilled(attempt: number): void {
    if (this.over) this.#settledLate(undefined);
    else if (isProbed(this.#ledger, this.kind)) this.#verify(attempt);
    else this.#end('released', undefined);
  }

  #rejected(attempt: number, error: unknown): void {
    if (this.over) this.#settledLate(error);
    else if (attempt === this.#attempt && this.#phase === 'called') this.#attemptFailed(error);
  }

  #call(): void {
    const ledger = this.#ledger;
    const reason = this.#reason;
    this.#attempt += 1;
    this.#phase = 'called';
    ledger.table.setState(this.slot, rowState.releasing);
    if (this.#attempt > 1 && ledger.hub.loud) ledger.emit('releasing', this.slot, { reason, attempts: this.#attempt });
    this.#context = new CallContext(reason, this.#error, this.#attempt);
    this.#arm(this.kind.releaseTimeoutMs);
    let result: MaybePromise<void>;
    try {
      result = callRelease(this.kind, ledger.recordAt(this.slot)?.release, ledger.table.values[this.slot], this.#context);
    } catch (thrown) {
      return this.#attemptFailed(thrownError(thrown));
    }
    if (isPromiseLike(result)) this.#watch(result);
    else this.#fulfilled(this.#attempt);
  }

  #attemptFailed(error: unknown): void {
    const { attempts } = this.kind.retry;
    if (this.#attempt < attempts) this.#pause(error, 'failed');
    else this.#end(attempts > 1 ? 'abandoned' : 'failed', error);
  }

  #pause(error: unknown, event: 'failed' | 'timed-out'): void {
    const ledger = this.#ledger;
    this.#phase = 'pause';
    const record = ledger.ensureRecord(this.slot, this.kind);
    record.attempts = this.#attempt;
    record.lastError = error;
    ledger.table.setState(this.slot, event === 'failed' ? rowState.failed : rowState.timedOut);
    if (ledger.hub.loud) ledger.emit(event, this.slot, { reason: this.#reason, attempts: this.#attempt, error });
    this.#arm(Math.max(1, this.kind.retry.backoffMs * 2 ** (this.#attempt - 1)));
  }

  #verify(attempt: number): void {
    const settle = (answer: Verification): void => {
      const verified = countVerified(this.#ledger, answer);
      if (this.over) this.#settledLate(verified === 'still-there' ? stillThere() : undefined);
      else if (attempt !== this.#attempt || this.#phase !== 'called') return;
      else if (verified === 'still-there') this.#attemptFailed(stillThere());
      else this.#end('released', undefined, verified);
    };
    let answer: MaybePromise<Verification>;
    try {
      answer = probeRelease(this.kind, this.#ledger.table.values[this.slot]);
    } catch {
      answer = 'unverifiable';
    }
    if (!isPromiseLike(answer)) return settle(answer);
    Promise.resolve(answer).then(settle, () => settle('unverifiable'));
  }

  #isStanding(): boolean {
    const { table } = this.#ledger;
    return table.slots.generation[this.slot] === this.#generation;
  }

  #end(result: 'released' | 'failed' | 'timed-out' | 'abandoned', error: unknown, verified?: Verification): void {
    this.over = true;
    this.#disarm();
    // At the process's end the synchronous release may have taken the row away meanwhile.
    const problem = this.#isStanding() ? this.#endRow(result, error, verified) : undefined;
    this.waiter?.runOver(this, problem);
  }

  #endRow(
    result: 'released' | 'failed' | 'timed-out' | 'abandoned',
    error: unknown,
    verified: Verification | undefined,
  ): ReleaseOutcome | undefined {
    const ledger = this.#ledger;
    const { slot } = this;
    const durationMs = ledger.elapsed(this.#exact) - this.#startedMs;
    if (this.#exact) ledger.counts.measured(durationMs);
    const record = ledger.recordAt(slot);
    if (record !== undefined) record.timer = undefined;
    else if (result === 'released' && !ledger.hub.loud) {
      ledger.counts.released += 1;
      ledger.table.remove(slot);
      return undefined;
    }
    const ending = { reason: this.#reason, attempts: this.#attempt, durationMs, error, verified };
    if (result !== 'released') return endBadly(ledger, slot, result, ending);
    endReleased(ledger, slot, record, ending);
    return undefined;
  }

  /** After the deadline: the row moves to where the release really ended, with one event. */
  #settledLate(error: unknown): void {
    const ledger = this.#ledger;
    const record = ledger.recordAt(this.slot);
    const timedOut = this.#isStanding() && ledger.table.state(this.slot) === rowState.timedOut;
    if (!timedOut || record?.timer !== undefined) return;
    ledger.counts.settledLate += 1;
    const durationMs = ledger.elapsed(true) - this.#startedMs;
    const ending = { reason: this.#reason, attempts: this.#attempt, durationMs, error };
    if (error === undefined) endReleased(ledger, this.slot, record, ending);
    else endBadly(ledger, this.slot, 'failed', ending);
  }
}
