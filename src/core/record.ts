import type { ResourceId } from '../kernel/ids.ts';
import type { Kind } from './kind.ts';
import type { Release, ReleaseOutcome } from './words.ts';

/** Something about a row that waits for a time: the deadline of its release, or the pause before the next attempt. */
export interface TimedWork {
  onTime(): void;
  /** It did not end soon: from now on it has a deadline. */
  setDeadline(): void;
  /** The row was ended by other means: nothing is waited for any more. */
  cut(): void;
}

/** What stands in the table for a row's kind: the kind itself, a record, or a release that runs. */
export interface RowHow {
  readonly kind: Kind;
}

/** What only few rows have, or only rows with a guard: stands in the table in place of the kind. Never refers to the guard. */
export class RowRecord implements RowHow {
  readonly kind: Kind;
  /** In place of the kind's. */
  readonly release: Release<unknown> | undefined;
  name: string | null = null;
  createdAt: string | undefined = undefined;
  metadata: Readonly<Record<string, string>> | undefined = undefined;
  /** Rows that must be released before this one. */
  after: readonly ResourceId[] | undefined = undefined;
  attempts = 0;
  lastError: unknown = undefined;
  /** Tasks that use the value right now. */
  pins = 0;
  timer: TimedWork | undefined = undefined;
  /** How the first release ended, or that the row was detached: what the guard answers from then on. */
  outcome: ReleaseOutcome | undefined = undefined;
  #promise: Promise<ReleaseOutcome> | undefined;
  #waiting: readonly ((outcome: ReleaseOutcome) => void)[] | undefined;
  #resolve: ((outcome: ReleaseOutcome) => void) | undefined;

  constructor(kind: Kind, release: Release<unknown> | undefined) {
    this.kind = kind;
    this.release = release;
  }

  /** The outcome, or the promise of it while the release runs: the same object every time. Never rejects. */
  get ending(): ReleaseOutcome | Promise<ReleaseOutcome> {
    if (this.#promise !== undefined) return this.#promise;
    if (this.outcome !== undefined) return this.outcome;
    this.#promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    return this.#promise;
  }

  /** Calls `listener` once, when the release that now runs has ended. */
  whenEnded(listener: (outcome: ReleaseOutcome) => void): void {
    this.#waiting = [...(this.#waiting ?? []), listener];
  }

  /** A release of the row has ended. The first outcome is the one that stays. */
  settle(outcome: ReleaseOutcome): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (this.outcome === undefined) {
      this.outcome = outcome;
      this.#resolve?.(outcome);
      this.#resolve = undefined;
    }
    for (const listener of waiting ?? []) listener(outcome);
  }
}
