import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import type { CloseReport, ReleaseReason } from './words.ts';

/** Why something is closed, and how long that may take. */
export interface CloseWhy {
  readonly reason: ReleaseReason;
  readonly error: unknown;
  /** For everything together; 0: only each kind's own deadline counts. */
  readonly deadlineMs: Milliseconds;
  /** Rows that ended badly are tried again, where calling twice does no harm. */
  readonly again?: boolean;
  /** Durations are read from the clock itself, not from the remembered time. */
  readonly exact: boolean;
}

/** Told of the report before anybody else. */
export interface CloseOwner {
  closed(report: CloseReport, reason: ReleaseReason): void;
}

/** What a scope is to whoever closes it as one of the rows. */
export interface Closable {
  close(options: { reason: ReleaseReason; error?: unknown; deadlineMs?: Milliseconds }): MaybePromise<CloseReport>;
}
