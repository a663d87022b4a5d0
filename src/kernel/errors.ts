import type { ErrorCode } from './codes.ts';
import { codes } from './codes.ts';
import type { Recovery } from './recovery.ts';

/** What an error may carry besides its code and message. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** Default: the recovery that the table of codes gives for this code. */
  readonly recovery?: Recovery;
}

/**
 * Base of every error that watertight throws. Match on `code`, never on the message: codes are stable and listed in the
 * reference page "errors"; messages may be improved at any time.
 */
export class WatertightError extends Error {
  override readonly name: string = 'WatertightError';
  readonly code: ErrorCode;
  readonly recovery: Recovery;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(`${message} (${code})`, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.recovery = details.recovery ?? codes[code].recovery;
  }
}
