import { WatertightError } from '../kernel/errors.ts';
import { generationOf, slotOf } from '../kernel/ids.ts';
import type { ResourceId } from '../kernel/ids.ts';
import { isPromiseLike } from '../kernel/listeners.ts';
import type { MaybePromise } from '../kernel/units.ts';
import { makeOutcome } from './ending.ts';
import { ReleaseFailedError } from './failures.ts';
import type { Ledger } from './ledger.ts';
import type { RowRecord } from './record.ts';
import { countVerified, isProbed, probeRelease, stillThere } from './release-probe.ts';
import { releaseNow } from './release-now.ts';
import { startRelease } from './release.ts';
import { ReleaseRun } from './run.ts';
import { rowState } from './table.ts';
import type { ReleaseOutcome, ReleaseReason, ResourceState, Verification } from './words.ts';

/** One resource, owned: it ends exactly once, released or detached. */
export interface ResourceGuard<T> extends AsyncDisposable {
  readonly id: ResourceId;
  readonly state: ResourceState;
  /** Throws WT_RELEASED unless the resource is live. */
  readonly value: T;
  /**
   * Releases it, or tells how that went: the same object every time, plain when all was synchronous; concurrent callers share it.
   * Waits for tasks of `use` that run, at most as long as the release may take. Never throws or rejects. Default reason `closed`.
   */
  release(reason?: ReleaseReason): MaybePromise<ReleaseOutcome>;
  /** Takes the value out of all care: nothing will release it. Throws WT_RELEASED unless the resource is live. */
  detach(): T;
  /** It was used: its idle time begins anew. Nothing happens when it is no longer live. */
  touch(): void;
  /** Lends the value to a task: as long as it runs no policy picks the resource and a release waits. Throws WT_RELEASED unless live. */
  use<R>(task: (value: T) => R): R;
}

/** The guard of a resource that can be released at once: works with `using`, too. */
export interface SyncResourceGuard<T> extends ResourceGuard<T>, Disposable {}

/** The guard under its older name. */
export type AsyncResourceGuard<T> = ResourceGuard<T>;

const done: Promise<void> = Promise.resolve();
const nothing = (): void => {};

export class Guard<T> implements ResourceGuard<T> {
  readonly id: ResourceId;
  protected readonly ledger: Ledger;
  protected readonly record: RowRecord;

  constructor(ledger: Ledger, slot: number, record: RowRecord) {
    this.id = ledger.table.id(slot);
    this.ledger = ledger;
    this.record = record;
  }

  /** Whether its resource is a row of this one. */
  isOf(ledger: Ledger): boolean {
    return this.ledger === ledger;
  }

  /** The row's slot, or -1 when it has left the table. */
  protected slot(): number {
    const { slots } = this.ledger.table;
    const slot = slotOf(this.id);
    return slots.generation[slot] === generationOf(this.id) ? slot : -1;
  }

  protected liveSlot(): number {
    const slot = this.slot();
    if (slot < 0 || this.ledger.table.state(slot) !== rowState.live) throw this.#notLive();
    return slot;
  }

  #notLive(): WatertightError {
    const { kind, name } = this.record;
    return new WatertightError(
      'WT_RELEASED',
      `${name === null ? `this ${kind.type}` : `${kind.type} "${name}"`} is ${this.state}, not live`,
    );
  }

  get state(): ResourceState {
    const slot = this.slot();
    if (slot >= 0) return this.ledger.table.stateName(slot);
    return this.record.outcome?.result === 'detached' ? 'detached' : 'released';
  }

  get value(): T {
    // The value of this row is the one that this guard was made for.
    return this.ledger.table.values[this.liveSlot()] as T;
  }

  release(reason: ReleaseReason = 'closed'): MaybePromise<ReleaseOutcome> {
    const slot = this.slot();
    if (slot >= 0 && this.ledger.table.state(slot) === rowState.live) startRelease(this.ledger, slot, reason, undefined);
    return this.record.ending;
  }

  detach(): T {
    const { ledger, record } = this;
    const slot = this.liveSlot();
    const value = ledger.table.values[slot] as T;
    ledger.counts.detached += 1;
    const ending = { reason: 'requested', attempts: 0, durationMs: 0 } as const;
    const event = ledger.hub.loud ? ledger.eventOf('detached', slot, ending) : undefined;
    ledger.remove(slot, record);
    record.settle(makeOutcome(this.id, record, 'detached', ending));
    if (event !== undefined) ledger.hub.emit(event, value);
    return value;
  }

  touch(): void {
    const slot = this.slot();
    if (slot >= 0) this.ledger.table.touch(slot, this.ledger.coarse.now());
  }

  use<R>(task: (value: T) => R): R {
    const { record, ledger } = this;
    const slot = this.liveSlot();
    ledger.table.touch(slot, ledger.coarse.now());
    record.pins += 1;
    let result: R;
    try {
      result = task(ledger.table.values[slot] as T);
    } catch (error) {
      this.#unpin();
      throw error;
    }
    if (!isPromiseLike(result)) {
      this.#unpin();
      return result;
    }
    const unpin = (): void => {
      this.touch();
      this.#unpin();
    };
    // Seen from here: a failure of the task stays the caller's, who has the promise itself.
    result.then(unpin, unpin);
    return result;
  }

  #unpin(): void {
    const { record } = this;
    record.pins -= 1;
    if (record.pins > 0) return;
    if (record.timer instanceof ReleaseRun) record.timer.usersDone();
    else this.ledger.watch?.unpinned();
  }

  [Symbol.asyncDispose](): Promise<void> {
    const outcome = this.release('scope');
    if (outcome instanceof Promise) return outcome.then(throwIfBad);
    if (outcome.result === 'released' || outcome.result === 'detached') return done;
    return Promise.reject(new ReleaseFailedError([outcome]));
  }
}

function throwIfBad(outcome: ReleaseOutcome): void {
  if (outcome.result !== 'released' && outcome.result !== 'detached') throw new ReleaseFailedError([outcome]);
}

/** Its own class, so that `Symbol.dispose` is there exactly where it can work. */
export class SyncGuard<T> extends Guard<T> implements SyncResourceGuard<T> {
  [Symbol.dispose](): void {
    const slot = this.slot();
    if (slot < 0 || this.ledger.table.state(slot) !== rowState.live) {
      const { outcome } = this.record;
      if (outcome !== undefined) throwIfBad(outcome);
      return;
    }
    throwIfBad(releaseNow(this.ledger, slot, (value) => this.#releaseAndLook(value), 'scope'));
  }

  /** Throws what the release throws, and when the probe says at once that the resource is still there. */
  #releaseAndLook(value: unknown): void {
    const { kind } = this.record;
    kind.releaseSync?.(value);
    if (!isProbed(this.ledger, kind)) return;
    let answer: unknown;
    try {
      answer = probeRelease(kind, value);
    } catch {
      answer = 'unverifiable';
    }
    // There is no time for an answer that comes later.
    if (isPromiseLike(answer)) answer.then(undefined, nothing);
    else if (countVerified(this.ledger, answer as Verification) === 'still-there') throw stillThere();
  }
}
