import { LazyAbort } from '../kernel/abort.ts';
import { WatertightError } from '../kernel/errors.ts';
import type { MaybePromise } from '../kernel/units.ts';
import { disposerOf } from './disposal.ts';
import type { Kind } from './kind.ts';
import type { Release, ReleaseContext, ReleaseReason } from './words.ts';

/** What a release function is told. Its signal is made only when it is read. */
export class CallContext implements ReleaseContext {
  readonly reason: ReleaseReason;
  readonly error: unknown;
  readonly attempt: number;
  #abort: LazyAbort | undefined;
  #expired: unknown;

  constructor(reason: ReleaseReason, error: unknown, attempt: number) {
    this.reason = reason;
    this.error = error;
    this.attempt = attempt;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new LazyAbort();
      if (this.#expired !== undefined) this.#abort.abort(this.#expired);
    }
    return this.#abort.signal;
  }

  /** The deadline has passed. */
  expire(error: WatertightError): void {
    this.#expired = error;
    this.#abort?.abort(error);
  }
}

/** Calls the release of a row, once. Throws what it throws. */
export function callRelease(
  kind: Kind,
  release: Release<unknown> | undefined,
  value: unknown,
  context: ReleaseContext,
): MaybePromise<void> {
  if (release !== undefined) return release(value, context);
  if (kind.release !== undefined) return kind.release(value, context);
  return callDefault(kind, value);
}

/** For rows whose release looks at no context: the value's own disposal, else the kind's `releaseSync`. */
export function callDefault(kind: Kind, value: unknown): MaybePromise<void> {
  // One of our own, which takes the value alone.
  if (kind.release !== undefined) return (kind.release as (value: unknown) => MaybePromise<void>)(value);
  const dispose = disposerOf(value);
  if (dispose !== undefined) return dispose.call(value);
  if (kind.releaseSync !== undefined) return kind.releaseSync(value);
  throw new WatertightError(
    'WT_INVALID_OPTION',
    'the value lost its Symbol.asyncDispose or Symbol.dispose since it was registered',
  );
}

/** What was thrown, as an error that an outcome can hold: `throw undefined` must not look like no error. */
export function thrownError(error: unknown): unknown {
  return error === undefined ? new WatertightError('WT_RELEASE_FAILED', 'the release threw or rejected with undefined') : error;
}
