import type { Timer } from '../kernel/clock/index.ts';
import { WatertightError } from '../kernel/errors.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import { scopeKind } from './disposal.ts';
import { endBadly, makeOutcome } from './ending.ts';
import type { Ledger } from './ledger.ts';
import { startRelease } from './release.ts';
import { ReleaseRun } from './run.ts';
import type { RowSource } from './sources.ts';
import { rowState } from './table.ts';
import type { CloseReport, ReleaseOutcome, ReleaseReason } from './words.ts';

export interface CloseWhy {
  readonly reason: ReleaseReason;
  readonly error: unknown;
  /** For everything together; 0: only each kind's own deadline counts. */
  readonly deadlineMs: Milliseconds;
  /** Rows that ended badly are tried again, where calling twice does no harm. */
  readonly again?: boolean;
  /** Called with the report before anybody else sees it. */
  readonly onEnd?: (report: CloseReport) => void;
}

/** What a scope is to whoever closes it as one of the rows. */
export interface Closable {
  close(options: { reason: ReleaseReason; error?: unknown; deadlineMs?: Milliseconds }): MaybePromise<CloseReport>;
}

/** Something under way that is waited for, and the row it belongs to. */
interface Waited {
  readonly slot: number;
  readonly run?: ReleaseRun;
}

const noProblems: readonly ReleaseOutcome[] = Object.freeze([]);
/** How much of the remaining time a child scope gets: its report must arrive within its parent's time. */
const childShare = 0.9;

/**
 * Releases rows one after the other, each begun when the one before has ended: synchronously for as long as all are synchronous.
 * Under a deadline no release is waited for longer than half of the time that is left: a hung one goes on in the background, still
 * counted, while the next begins. When the time is over, what still runs is timed out, and what was not begun is abandoned, except
 * essential rows, which are begun whatever the time and have their own deadline.
 */
export class Closing {
  readonly #ledger: Ledger;
  readonly #source: RowSource;
  readonly #why: CloseWhy;
  readonly #deadlineAt: Milliseconds;
  #problems: ReleaseOutcome[] | undefined;
  #pending: Set<Waited> | undefined;
  /** The one that the next row waits for. */
  #current: Waited | undefined;
  #released = 0;
  #startedMs = -1;
  #endedMs = -1;
  #timer: Timer | undefined;
  #resolve: ((report: CloseReport) => void) | undefined;
  #exhausted = false;

  constructor(ledger: Ledger, source: RowSource, why: CloseWhy) {
    this.#ledger = ledger;
    this.#source = source;
    this.#why = why;
    this.#deadlineAt = why.deadlineMs > 0 && why.deadlineMs < Infinity ? ledger.clock.monotonic() + why.deadlineMs : Infinity;
  }

  run(): MaybePromise<CloseReport> {
    if (this.#proceed()) return this.#report();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** The same, when something that is no row comes first: `first` says what is still missing of it. */
  runAfter(first: Promise<readonly ReleaseOutcome[]>): Promise<CloseReport> {
    this.#startedMs = this.#ledger.clock.monotonic();
    return new Promise((resolve) => {
      this.#resolve = resolve;
      void first.then((problems) => {
        for (const problem of problems) this.#addProblem(problem);
        this.#advance();
      });
    });
  }

  /** Begins rows until one has to be waited for. True when all is done. */
  #proceed(): boolean {
    while (!this.#exhausted) {
      const slot = this.#source.next();
      if (slot < 0) this.#exhausted = true;
      else if (!this.#one(slot)) return false;
    }
    if (this.#pending === undefined || this.#pending.size === 0) return true;
    this.#waitForRest();
    return this.#pending.size === 0;
  }

  /** True when the next row may begin. */
  #one(slot: number): boolean {
    const { table } = this.#ledger;
    const state = table.state(slot);
    const kind = table.hows[slot]?.kind;
    if (kind === undefined) return true;
    // The value of a scope's row is the scope.
    if (kind.isScope && (state === rowState.live || state === rowState.releasing))
      return this.#closeScope(slot, table.values[slot] as Closable);
    if (state === rowState.releasing) return this.#waitForOther(slot);
    if (state !== rowState.live && !this.#mayTryAgain(slot)) return this.#badBefore(slot);
    if (this.#isLate() && !kind.essential) return this.#abandon(slot);
    const started = startRelease(this.#ledger, slot, this.#why.reason, this.#why.error);
    if (started instanceof ReleaseRun) return this.#waitForRun(started, slot);
    this.#count(started, slot);
    return true;
  }

  #mayTryAgain(slot: number): boolean {
    if (this.#why.again !== true) return false;
    const { table } = this.#ledger;
    return table.state(slot) !== rowState.timedOut || table.hows[slot]?.kind.idempotent === true;
  }

  #isLate(): boolean {
    return this.#deadlineAt !== Infinity && this.#ledger.clock.monotonic() >= this.#deadlineAt;
  }

  #count(outcome: ReleaseOutcome | undefined, slot: number): void {
    if (outcome === undefined || outcome.result === 'released' || outcome.result === 'detached') {
      this.#released += 1;
      return;
    }
    this.#addProblem(outcome);
    this.#source.leave(slot);
  }

  #addProblem(problem: ReleaseOutcome): void {
    this.#problems ??= [];
    this.#problems.push(problem);
  }

  #badBefore(slot: number): boolean {
    const outcome = this.#ledger.recordAt(slot)?.outcome;
    if (outcome !== undefined) this.#addProblem(outcome);
    this.#source.leave(slot);
    return true;
  }

  #abandon(slot: number): boolean {
    const { reason } = this.#why;
    const error = new WatertightError('WT_RELEASE_TIMEOUT', 'the time for closing was over before this release began');
    this.#count(endBadly(this.#ledger, slot, 'abandoned', { reason, attempts: 0, durationMs: 0, error }), slot);
    return true;
  }

  #waitForRun(run: ReleaseRun, slot: number): boolean {
    if (this.#startedMs < 0) this.#startedMs = run.startedMs;
    const waited: Waited = { slot, run };
    run.onDone = (problem) => {
      this.#endedMs = run.endedMs;
      if (this.#over(waited)) this.#count(problem, slot);
      this.#goOn(waited);
    };
    return this.#wait(waited);
  }

  /** Somebody else has begun this release. */
  #waitForOther(slot: number): boolean {
    const kind = this.#ledger.table.hows[slot]?.kind;
    if (kind === undefined) return true;
    const record = this.#ledger.ensureRecord(slot, kind);
    const waited: Waited = record.timer instanceof ReleaseRun ? { slot, run: record.timer } : { slot };
    record.whenEnded((outcome) => {
      this.#endedMs = -1;
      if (this.#over(waited)) this.#count(outcome, slot);
      this.#goOn(waited);
    });
    return this.#wait(waited);
  }

  #closeScope(slot: number, scope: Closable): boolean {
    const { reason, error } = this.#why;
    const left =
      this.#deadlineAt === Infinity ? 0 : Math.max(1, (this.#deadlineAt - this.#ledger.clock.monotonic()) * childShare);
    const report = scope.close({ reason, error, deadlineMs: left });
    if (!(report instanceof Promise)) {
      this.#merge(report);
      return true;
    }
    const waited: Waited = { slot };
    void report.then((own) => {
      this.#endedMs = -1;
      if (this.#over(waited)) this.#merge(own);
      this.#goOn(waited);
    });
    return this.#wait(waited);
  }

  #merge(report: CloseReport): void {
    this.#released += report.released;
    for (const problem of report.problems) this.#addProblem(problem);
  }

  #wait(waited: Waited): boolean {
    this.#pending ??= new Set();
    this.#pending.add(waited);
    this.#current = waited;
    if (this.#startedMs < 0) this.#startedMs = this.#ledger.clock.monotonic();
    if (this.#deadlineAt !== Infinity)
      this.#alarm((this.#deadlineAt - this.#ledger.clock.monotonic()) / 2, () => this.#noPatience(waited));
    return false;
  }

  #alarm(delayMs: Milliseconds, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#ledger.clock.schedule(Math.max(1, delayMs), run, { ref: true });
  }

  #noPatience(waited: Waited): void {
    this.#source.leave(waited.slot);
    this.#advance();
  }

  /** False when it was given up before. */
  #over(waited: Waited): boolean {
    return this.#pending?.delete(waited) === true;
  }

  #goOn(waited: Waited): void {
    if (waited === this.#current || this.#exhausted) this.#advance();
  }

  #advance(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#current = undefined;
    if (this.#proceed()) this.#finish();
  }

  /** All rows are begun; those that were not waited for have until the deadline. */
  #waitForRest(): void {
    if (this.#isLate()) this.#giveUp();
    else if (this.#deadlineAt !== Infinity) this.#alarm(this.#deadlineAt - this.#ledger.clock.monotonic(), () => this.#advance());
  }

  #giveUp(): void {
    for (const waited of [...(this.#pending ?? [])]) {
      if (waited.run?.kind.essential === true) continue;
      this.#pending?.delete(waited);
      if (waited.run === undefined) this.#addProblem(this.#stillRunning(waited.slot));
      else this.#expire(waited.run, waited.slot);
    }
  }

  #expire(run: ReleaseRun, slot: number): void {
    run.onDone = (problem) => this.#count(problem, slot);
    run.expire(true);
  }

  #stillRunning(slot: number): ReleaseOutcome {
    const error = new WatertightError('WT_RELEASE_TIMEOUT', 'the time for closing was over and this had not ended');
    const { table } = this.#ledger;
    const record = this.#ledger.ensureRecord(slot, table.hows[slot]?.kind ?? scopeKind);
    const durationMs = this.#ledger.clock.monotonic() - this.#startedMs;
    return makeOutcome(table.id(slot), record, 'timed-out', { reason: this.#why.reason, attempts: 1, durationMs, error });
  }

  #finish(): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(this.#report());
  }

  #report(): CloseReport {
    const problems = this.#problems ?? noProblems;
    const report: CloseReport = { ok: problems.length === 0, released: this.#released, durationMs: this.#duration(), problems };
    this.#why.onEnd?.(report);
    return report;
  }

  #duration(): Milliseconds {
    if (this.#startedMs < 0) return 0;
    const end = this.#endedMs >= 0 ? this.#endedMs : this.#ledger.clock.monotonic();
    return Math.max(0, end - this.#startedMs);
  }
}
