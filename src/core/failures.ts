import { WatertightError } from '../kernel/errors.ts';
import type { Recovery } from '../kernel/recovery.ts';
import { briefOf } from '../kernel/brief.ts';
import type { ErrorCode } from '../kernel/codes.ts';
import type { MaybePromise } from '../kernel/units.ts';
import type { ReleaseOutcome } from './words.ts';

/** Thrown where a disposal cannot return its outcome (`await using`). Code WT_RELEASE_FAILED; `cause` is the first failure's error. */
export class ReleaseFailedError extends WatertightError {
  override readonly name: string = 'ReleaseFailedError';
  /** Every release that did not end well, in one flat list. */
  readonly failures: readonly ReleaseOutcome[];

  constructor(failures: readonly ReleaseOutcome[]) {
    super('WT_RELEASE_FAILED', headline(failures), { cause: failures[0]?.error });
    this.failures = failures;
  }
}

/**
 * A resource was handed over and could not be kept. The call that handed it over passed ownership nevertheless: its release has
 * been begun, `released` is (or becomes) how that ended. Codes WT_SHUTTING_DOWN, WT_RESOURCE_EXHAUSTED, WT_NAME_TAKEN,
 * WT_INVALID_OPTION.
 */
export class RefusedError extends WatertightError {
  override readonly name: string = 'RefusedError';
  readonly released: MaybePromise<ReleaseOutcome>;

  constructor(code: ErrorCode, message: string, released: MaybePromise<ReleaseOutcome>, cause?: unknown) {
    super(code, message, { cause });
    this.released = released;
  }
}

/** One outcome in words: which resource, where it came from, what went wrong. */
export function outcomeText(outcome: ReleaseOutcome): string {
  const which = outcome.name === null ? outcome.type : `${outcome.type} "${outcome.name}"`;
  const where = outcome.createdAt === undefined ? '' : ` registered at ${outcome.createdAt}`;
  return `${which}${where} ${outcome.result}${reasonText(outcome.error)}`;
}

function reasonText(error: unknown): string {
  if (error === undefined) return '';
  return `: ${briefOf(error).message}`;
}

const shownAtMost = 3;

function headline(failures: readonly ReleaseOutcome[]): string {
  const count = failures.length === 1 ? '1 resource was not released' : `${failures.length} resources were not released`;
  const shown = failures.slice(0, shownAtMost).map(outcomeText).join('; ');
  const rest = failures.length > shownAtMost ? `; and ${failures.length - shownAtMost} more` : '';
  return `${count}: ${shown}${rest}`;
}

/** What can go wrong with a cleanup, under its older name: match on `code` (WT_RELEASE_TIMEOUT, WT_RELEASED, WT_RELEASE_FAILED, WT_SHUTTING_DOWN). */
export const CleanupError: typeof WatertightError = WatertightError;
export type CleanupError = WatertightError;

/** What a caller can sensibly do about an error (`recovery` of a WatertightError), by name. */
export const RecoveryStrategy = { Retry: 'retry', Fallback: 'fallback', CircuitBreak: 'circuit-break', Fail: 'fail' } as const;
export type RecoveryStrategy = Recovery;
