import { LazyAbort } from '../kernel/abort.ts';
import { WatertightError } from '../kernel/errors.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import type { Closable, CloseOwner } from './close-words.ts';
import { Closing, noProblems } from './closing.ts';
import { endReleased } from './ending.ts';
import type { Kind } from './kind.ts';
import type { Ledger } from './ledger.ts';
import type { Entry } from '../kernel/stack.ts';
import { RowRecord } from './record.ts';
import { startRelease } from './release.ts';
import { ReleaseRun } from './run.ts';
import type { RunWaiter } from './run.ts';
import { ScopeRows } from './sources.ts';
import { rowState } from './table.ts';
import type { RowOwner } from './table.ts';
import type { CloseReport, ReleaseOutcome, ReleaseReason } from './words.ts';

/** Why a scope is closed, and how long that may take. */
export interface CloseOptions {
  /** Default `scope`. */
  readonly reason?: ReleaseReason;
  /** Why the work failed: handed to the release functions, and the reason of `signal`. */
  readonly error?: unknown;
  /** For everything together; the scope's own `deadlineMs` counts when it is shorter. 0 or absent: that one alone. */
  readonly deadlineMs?: Milliseconds;
}

export interface ScopeSettings {
  readonly name: string | undefined;
  readonly deadlineMs: Milliseconds;
  readonly onReport: ((report: CloseReport) => void) | undefined;
}

/** Of a scope that nothing was said about: nobody reads how long its close took. */
export const plainSettings: ScopeSettings = Object.freeze({ name: undefined, deadlineMs: 0, onReport: undefined });

/** A resource that is being opened for the scope. `settled` resolves when it is a row, was refused, or failed to open. */
export interface Opening {
  readonly settled: Promise<void>;
  readonly waitMs: Milliseconds;
  missing(): ReleaseOutcome;
}

/** A scope as the table knows it: its row's value. The user has a handle, which may be dropped without anything being forgotten. */
export class ScopeCore implements RowOwner, Closable, CloseOwner {
  head = -1;
  tail = -1;
  slot: number;
  ordered = false;
  phase: 'open' | 'closing' | 'closed' = 'open';
  readonly ledger: Ledger;
  readonly settings: ScopeSettings;
  #abort: LazyAbort | undefined;
  #openings: Set<Opening> | undefined;
  #report: MaybePromise<CloseReport> | undefined;
  #resolve: ((report: CloseReport) => void) | undefined;

  constructor(ledger: Ledger, settings: ScopeSettings) {
    this.ledger = ledger;
    this.settings = settings;
    this.slot = -1;
  }

  /** Throws WT_SHUTTING_DOWN, WT_RESOURCE_EXHAUSTED or WT_NAME_TAKEN, and then there is no scope. */
  open(owner: RowOwner, kind: Kind, entry: Entry): this {
    const { ledger, settings } = this;
    if (ledger.table.size >= ledger.options.maxRows)
      throw new WatertightError(
        'WT_RESOURCE_EXHAUSTED',
        `scope: the registry "${ledger.name}" holds ${ledger.table.size} resources, its bound \`maxRows\``,
      );
    this.slot = ledger.add(this, settings.name === undefined ? kind : this.#named(kind, settings.name), owner, entry);
    if (settings.name !== undefined) ledger.names.set(settings.name, ledger.table.id(this.slot));
    ledger.announce(this.slot);
    return this;
  }

  #named(kind: Kind, name: string): RowRecord {
    if (this.ledger.names.has(name))
      throw new WatertightError(
        'WT_NAME_TAKEN',
        `scope: the name "${name}" is taken by another resource of the registry "${this.ledger.name}"`,
      );
    const record = new RowRecord(kind, undefined);
    record.name = name;
    return record;
  }

  get abort(): LazyAbort {
    this.#abort ??= new LazyAbort();
    return this.#abort;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined && this.phase !== 'open') this.abort.abort(closedError(undefined));
    return this.abort.signal;
  }

  addOpening(opening: Opening): void {
    this.#openings ??= new Set();
    this.#openings.add(opening);
  }

  openingSettled(opening: Opening): void {
    this.#openings?.delete(opening);
  }

  /** The same object every time. Never throws or rejects. */
  close(options: CloseOptions = {}): MaybePromise<CloseReport> {
    if (this.#report !== undefined) return this.#report;
    // Closed by one of its own releases, while the close runs further up the stack.
    if (this.phase !== 'open') return this.#promised();
    this.phase = 'closing';
    const { reason = 'scope', error } = options;
    this.#abort?.abort(closedError(error));
    const { ledger } = this;
    ledger.table.setState(this.slot, rowState.releasing);
    if (ledger.hub.loud) ledger.emit('releasing', this.slot, { reason, attempts: 1 });
    const result = this.#isPlain(options) ? this.#closePlainly(reason, error, undefined) : this.#closeCarefully(options);
    if (result !== undefined) this.#report ??= result;
    return this.#report ?? this.#promised();
  }

  /** Nothing but rows, and nothing to be ordered or measured. */
  #isPlain(options: CloseOptions): boolean {
    const openings = this.#openings === undefined || this.#openings.size === 0;
    return openings && !this.ordered && this.settings === plainSettings && (options.deadlineMs ?? 0) <= 0;
  }

  /** The short way through what `Closing` does, as far as it goes. Undefined when a release runs that the next one waits for. */
  #closePlainly(reason: ReleaseReason, error: unknown, before: PlainClose | undefined): MaybePromise<CloseReport> | undefined {
    const { ledger } = this;
    const { table } = ledger;
    let released = before === undefined ? 0 : before.released;
    let problems = before?.problems;
    for (let slot = this.tail; slot >= 0; slot = this.tail) {
      if (this.ordered || table.state(slot) !== rowState.live || table.hows[slot]?.kind.isScope === true)
        return this.#closing({ reason, error }).goOnWith(released, problems, before?.startedMs);
      const started = startRelease(ledger, slot, reason, error);
      if (started === undefined) {
        released += 1;
        continue;
      }
      if (started instanceof ReleaseRun) {
        const plain = before ?? new PlainClose(this, reason, error);
        plain.released = released;
        plain.problems = problems;
        started.waiter = plain;
        return undefined;
      }
      if (started.result === 'released') released += 1;
      else {
        problems ??= [];
        problems.push(started);
        table.moveToRoot(slot);
      }
    }
    // Without a wait the remembered time cannot have moved on.
    const durationMs = before === undefined ? 0 : ledger.coarse.now() - before.startedMs;
    const report: CloseReport = { ok: problems === undefined, released, durationMs, problems: problems ?? noProblems };
    this.closed(report, reason);
    return report;
  }

  /** Whoever has the promise of the close is told in `closed`. */
  goOnPlainly(plain: PlainClose): void {
    void this.#closePlainly(plain.reason, plain.error, plain);
  }

  #closeCarefully(options: CloseOptions): MaybePromise<CloseReport> {
    const closing = this.#closing(options);
    const opening = this.#openings !== undefined && this.#openings.size > 0;
    return opening ? closing.runAfter(this.#opened(options)) : closing.run();
  }

  #closing(options: CloseOptions): Closing {
    const { ledger } = this;
    const { reason = 'scope', error } = options;
    const deadlineMs = shorter(options.deadlineMs ?? 0, this.settings.deadlineMs);
    const exact = this.settings !== plainSettings;
    return new Closing(ledger, new ScopeRows(ledger, this), { reason, error, deadlineMs, exact }, this);
  }

  #promised(): Promise<CloseReport> {
    const promise = new Promise<CloseReport>((resolve) => {
      this.#resolve = resolve;
    });
    this.#report = promise;
    return promise;
  }

  closed(report: CloseReport, reason: ReleaseReason): void {
    const { ledger, slot } = this;
    this.phase = 'closed';
    if (ledger.table.hows[slot] !== ledger.scopeKind || ledger.hub.loud)
      endReleased(ledger, slot, ledger.recordAt(slot), { reason, attempts: 1, durationMs: report.durationMs });
    else {
      ledger.counts.released += 1;
      ledger.table.remove(slot);
    }
    const { onReport } = this.settings;
    if (onReport !== undefined) ledger.hub.isolate(() => onReport(report));
    this.#resolve?.(report);
  }

  /** Waits for what is being opened, as long as its kind's release may take and the deadline allows; says what did not come. */
  async #opened(options: CloseOptions): Promise<readonly ReleaseOutcome[]> {
    const openings = [...(this.#openings ?? [])];
    const own = Math.max(...openings.map((opening) => (opening.waitMs > 0 ? opening.waitMs : Infinity)));
    const deadlineMs = shorter(options.deadlineMs ?? 0, this.settings.deadlineMs);
    const waitMs = deadlineMs > 0 ? Math.min(own, deadlineMs / 2) : own;
    await within(this.ledger, waitMs, Promise.all(openings.map((opening) => opening.settled)));
    return openings.filter((opening) => this.#openings?.has(opening) === true).map((opening) => opening.missing());
  }
}

/** How far a plain close has come that waits for a release. */
class PlainClose implements RunWaiter {
  released = 0;
  problems: ReleaseOutcome[] | undefined = undefined;
  readonly reason: ReleaseReason;
  readonly error: unknown;
  readonly startedMs: Milliseconds;
  readonly #core: ScopeCore;

  constructor(core: ScopeCore, reason: ReleaseReason, error: unknown) {
    this.reason = reason;
    this.error = error;
    this.startedMs = core.ledger.coarse.now();
    this.#core = core;
  }

  runOver(run: ReleaseRun, problem: ReleaseOutcome | undefined): void {
    if (problem === undefined) this.released += 1;
    else {
      this.problems ??= [];
      this.problems.push(problem);
      this.#core.ledger.table.moveToRoot(run.slot);
    }
    this.#core.goOnPlainly(this);
  }
}

function within(ledger: Ledger, waitMs: Milliseconds, all: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = waitMs < Infinity ? ledger.clock.schedule(waitMs, resolve, { ref: true }) : undefined;
    void all.then(() => {
      timer?.cancel();
      return resolve();
    });
  });
}

function shorter(a: Milliseconds, b: Milliseconds): Milliseconds {
  if (a <= 0) return b;
  return b <= 0 ? a : Math.min(a, b);
}

function closedError(error: unknown): unknown {
  return error ?? new WatertightError('WT_SHUTTING_DOWN', 'the scope is closed');
}
