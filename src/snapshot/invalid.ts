import { WatertightError } from '../kernel/errors.ts';

/** The error for a file that cannot be trusted: no figure is given rather than a wrong one. */
export function invalidSnapshot(path: string, what: string, cause?: unknown): WatertightError {
  return new WatertightError('WT_SNAPSHOT_INVALID', `${path}: ${what}`, cause === undefined ? {} : { cause });
}

/** What a part of the reader throws; the one that knows the path makes a {@link WatertightError} of it. */
export class BadSnapshot extends Error {}
