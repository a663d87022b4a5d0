import { WatertightError } from '../kernel/errors.ts';
import { isPromiseLike } from '../kernel/listeners.ts';
import type { ResourceId } from '../kernel/ids.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import { CallContext, callRelease, thrownError } from './call.ts';
import { endBadly, endReleased } from './ending.ts';
import type { Ending } from './ending.ts';
import type { Kind } from './kind.ts';
import type { Ledger } from './ledger.ts';
import type { RowRecord, TimedWork } from './record.ts';
import { rowState } from './table.ts';
import type { ReleaseOutcome, ReleaseReason, Verification } from './words.ts';

/** A release that does not end at once: its promise, its deadline, its further attempts, its users that are waited for. */
export class ReleaseRun implements TimedWork {
  /** Called once when the run is over; the outcome only when it did not end well. */
  onDone: ((problem: ReleaseOutcome | undefined) => void) | undefined;
  readonly startedMs: Milliseconds;
  endedMs: Milliseconds = 0;
  over = false;
  readonly kind: Kind;
  readonly #ledger: Ledger;
  readonly #slot: number;
  readonly #id: ResourceId;
  readonly #record: RowRecord;
  readonly #value: unknown;
  readonly #reason: ReleaseReason;
  readonly #error: unknown;
  #context: CallContext | undefined;
  #phase: 'users' | 'called' | 'pause' = 'called';
  #attempt: number;
  #timer = -1;

  constructor(ledger: Ledger, slot: number, record: RowRecord, why: { reason: ReleaseReason; error: unknown; attempt: number }) {
    this.#ledger = ledger;
    this.#slot = slot;
    this.#id = ledger.table.id(slot);
    this.kind = record.kind;
    this.#record = record;
    this.#value = ledger.table.values[slot];
    this.#reason = why.reason;
    this.#error = why.error;
    this.#attempt = why.attempt;
    this.startedMs = ledger.clock.monotonic();
    record.timer = this;
  }

  /** The first call has been made and returned this promise. */
  follow(promise: PromiseLike<unknown>, context: CallContext | undefined): this {
    this.#context = context;
    this.#phase = 'called';
    this.#record.attempts = this.#attempt;
    this.#arm(this.kind.releaseTimeoutMs);
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

  onTime(): void {
    this.#timer = -1;
    if (this.#phase === 'called') this.expire(false);
    else this.#call();
  }

  /** The time is over: the row is timed out and nobody waits for it any more, unless it may be called again. `final`: it may not. */
  expire(final: boolean): void {
    // Users who do not end cannot keep a resource beyond the time: its release is called under them.
    if (this.#phase === 'users') this.#call();
    if (this.over) return;
    if (this.#phase === 'pause') return this.#end('abandoned', this.#record.lastError);
    const error = new WatertightError('WT_RELEASE_TIMEOUT', `the release did not settle within ${this.#elapsedText()}`);
    this.#context?.expire(error);
    const again = !final && this.kind.idempotent && this.#attempt < this.kind.retry.attempts;
    if (again) return this.#pause(error, 'timed-out');
    this.#end('timed-out', error);
  }

  #elapsedText(): string {
    return `${Math.round(this.#ledger.clock.monotonic() - this.startedMs)} ms`;
  }

  #arm(delayMs: Milliseconds): void {
    this.#disarm();
    if (delayMs > 0 && delayMs < Infinity) this.#timer = this.#ledger.wheel.set(delayMs, this.#ledger.onTime, this.#slot, true);
  }

  #disarm(): void {
    if (this.#timer < 0) return;
    this.#ledger.wheel.cancel(this.#timer);
    this.#timer = -1;
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
    if (this.over) return this.#settledLate(undefined);
    if (this.kind.probe !== undefined) return this.#verify(attempt);
    this.#end('released', undefined);
  }

  #rejected(attempt: number, error: unknown): void {
    if (this.over) return this.#settledLate(error);
    if (attempt === this.#attempt && this.#phase === 'called') this.#attemptFailed(error);
  }

  #call(): void {
    this.#attempt += 1;
    this.#phase = 'called';
    this.#record.attempts = this.#attempt;
    this.#ledger.table.setState(this.#slot, rowState.releasing);
    if (this.#attempt > 1 && this.#ledger.hub.loud)
      this.#ledger.emit('releasing', this.#slot, { reason: this.#reason, attempts: this.#attempt });
    this.#context = new CallContext(this.#reason, this.#error, this.#attempt);
    this.#arm(this.kind.releaseTimeoutMs);
    let result: MaybePromise<void>;
    try {
      result = callRelease(this.kind, this.#record.release, this.#value, this.#context);
    } catch (error) {
      return this.#attemptFailed(thrownError(error));
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
    const { backoffMs } = this.kind.retry;
    this.#phase = 'pause';
    this.#record.lastError = error;
    this.#ledger.table.setState(this.#slot, event === 'failed' ? rowState.failed : rowState.timedOut);
    if (this.#ledger.hub.loud) this.#ledger.emit(event, this.#slot, { reason: this.#reason, attempts: this.#attempt, error });
    this.#arm(Math.max(1, backoffMs * 2 ** (this.#attempt - 1)));
  }

  #verify(attempt: number): void {
    const settle = (verified: Verification): void => {
      if (this.over) this.#settledLate(verified === 'still-there' ? stillThere() : undefined);
      else if (attempt !== this.#attempt || this.#phase !== 'called') return;
      else if (verified === 'still-there') this.#attemptFailed(stillThere());
      else this.#end('released', undefined, verified);
    };
    let answer: MaybePromise<Verification>;
    try {
      answer = this.kind.probe?.(this.#value) ?? 'unverifiable';
    } catch {
      answer = 'unverifiable';
    }
    if (!isPromiseLike(answer)) return settle(answer);
    Promise.resolve(answer).then(settle, () => settle('unverifiable'));
  }

  #end(result: ReleaseOutcome['result'], error: unknown, verified?: Verification): void {
    const ledger = this.#ledger;
    this.over = true;
    this.#disarm();
    this.#record.timer = undefined;
    this.endedMs = ledger.clock.monotonic();
    // At the process's end the synchronous release may have taken the row away meanwhile.
    if (ledger.table.find(this.#id) !== this.#slot) return this.onDone?.(undefined);
    const ending: Ending = {
      reason: this.#reason,
      attempts: this.#attempt,
      durationMs: this.endedMs - this.startedMs,
      error,
      verified,
    };
    ledger.counts.measured(ending.durationMs);
    if (result === 'released' || result === 'detached') {
      endReleased(ledger, this.#slot, this.#record, ending);
      this.onDone?.(undefined);
    } else this.onDone?.(endBadly(ledger, this.#slot, result, ending));
  }

  /** After the deadline: the row moves to where the release really ended, with one event. */
  #settledLate(error: unknown): void {
    const ledger = this.#ledger;
    const timedOut = ledger.table.find(this.#id) === this.#slot && ledger.table.state(this.#slot) === rowState.timedOut;
    if (!timedOut || this.#record.timer !== undefined) return;
    ledger.counts.settledLate += 1;
    const durationMs = ledger.clock.monotonic() - this.startedMs;
    const ending: Ending = { reason: this.#reason, attempts: this.#attempt, durationMs, error };
    if (error === undefined) endReleased(ledger, this.#slot, this.#record, ending);
    else endBadly(ledger, this.#slot, 'failed', ending);
  }
}

function stillThere(): WatertightError {
  return new WatertightError('WT_RELEASE_FAILED', 'the release returned, and the probe says that the resource is still there');
}
