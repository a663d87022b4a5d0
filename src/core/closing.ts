import type { Timer } from '../kernel/clock/index.ts';
import { WatertightError } from '../kernel/errors.ts';
import type { ResourceId } from '../kernel/ids.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import type { Closable, CloseOwner, CloseWhy } from './close-words.ts';
import { scopeKind } from './disposal.ts';
import { endBadly, makeOutcome } from './ending.ts';
import type { Ledger } from './ledger.ts';
import { startRelease } from './release.ts';
import { ReleaseRun } from './run.ts';
import type { RunWaiter } from './run.ts';
import type { RowSource } from './sources.ts';
import { rowState } from './table.ts';
import type { CloseReport, ReleaseOutcome } from './words.ts';

/** Something under way that no run stands for: another's synchronous release, a scope. */
class Other {
  readonly slot: number;
  constructor(slot: number) {
    this.slot = slot;
  }
}
type Waited = ReleaseRun | Other;

export const noProblems: readonly ReleaseOutcome[] = Object.freeze([]);
/** How much of the remaining time a child scope gets: its report must arrive within its parent's time. */
const childShare = 0.9;

/**
 * Releases rows one after the other, each begun when the one before has ended: synchronously for as long as all are synchronous.
 * Under a deadline no release is waited for longer than half of the time that is left: a hung one goes on in the background, still
 * counted, while the next begins. When the time is over, what still runs is timed out, and what was not begun is abandoned, except
 * essential rows, which are begun whatever the time and have their own deadline.
 */
export class Closing implements RunWaiter {
  readonly #ledger: Ledger;
  readonly #source: RowSource;
  readonly #why: CloseWhy;
  readonly #owner: CloseOwner | undefined;
  #startedMs: Milliseconds;
  readonly #deadlineAt: Milliseconds;
  #problems: ReleaseOutcome[] | undefined = undefined;
  /** Ids of the problems, once somebody asks. */
  #reported: Set<ResourceId> | undefined = undefined;
  /** The one that the next row waits for. */
  #current: Waited | undefined = undefined;
  /** Those that patience has ended for. */
  #background: Set<Waited> | undefined = undefined;
  #released = 0;
  #timer: Timer | undefined = undefined;
  #resolve: ((report: CloseReport) => void) | undefined = undefined;
  #exhausted = false;

  constructor(ledger: Ledger, source: RowSource, why: CloseWhy, owner?: CloseOwner) {
    this.#ledger = ledger;
    this.#source = source;
    this.#why = why;
    this.#owner = owner;
    this.#startedMs = ledger.elapsed(why.exact);
    this.#deadlineAt = why.deadlineMs > 0 ? ledger.elapsed(true) + why.deadlineMs : Infinity;
  }

  run(): MaybePromise<CloseReport> {
    return this.#proceed() ? this.#report() : this.#promise();
  }

  #promise(): Promise<CloseReport> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Goes on where a plain loop stopped that began at `startedMs`, or just now. */
  goOnWith(
    released: number,
    problems: readonly ReleaseOutcome[] | undefined,
    startedMs: Milliseconds = this.#startedMs,
  ): MaybePromise<CloseReport> {
    this.#startedMs = startedMs;
    this.#released = released;
    for (const problem of problems ?? []) this.#addProblem(problem);
    return this.run();
  }

  /** Goes on when something has ended that is no row: `first` says what is still missing of it. */
  runAfter(first: Promise<readonly ReleaseOutcome[]>): Promise<CloseReport> {
    void first.then((problems) => {
      for (const problem of problems) this.#addProblem(problem);
      this.#advance();
    });
    return this.#promise();
  }

  /** Begins rows until one has to be waited for. True when all is done. */
  #proceed(): boolean {
    while (!this.#exhausted) {
      const slot = this.#source.next();
      if (slot < 0) this.#exhausted = true;
      else if (!this.#one(slot)) return false;
    }
    if (this.#background === undefined || this.#background.size === 0) return true;
    this.#waitForRest();
    return this.#background.size === 0;
  }

  /** True when the next row may begin. */
  #one(slot: number): boolean {
    const { table } = this.#ledger;
    const state = table.state(slot);
    const kind = table.hows[slot]?.kind;
    if (kind === undefined) return true;
    // The value of a scope's row is the scope.
    if (kind.isScope && state <= rowState.releasing) return this.#closeScope(slot, table.values[slot] as Closable);
    if (state === rowState.releasing) return this.#waitForOther(slot);
    if (state !== rowState.live && !this.#mayTryAgain(slot)) return this.#badBefore(slot);
    if (this.#isLate() && !kind.essential) return this.#abandon(slot);
    const started = startRelease(this.#ledger, slot, this.#why.reason, this.#why.error);
    if (started instanceof ReleaseRun) return this.#waitForRun(started);
    this.#count(started, slot);
    return true;
  }

  #mayTryAgain(slot: number): boolean {
    if (this.#why.again !== true) return false;
    const { table } = this.#ledger;
    return table.state(slot) !== rowState.timedOut || table.hows[slot]?.kind.idempotent === true;
  }

  #left(): Milliseconds {
    return this.#deadlineAt - this.#ledger.elapsed(true);
  }

  #isLate(): boolean {
    return this.#deadlineAt !== Infinity && this.#left() <= 0;
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
    this.#reported?.add(problem.id);
  }

  #badBefore(slot: number): boolean {
    const outcome = this.#ledger.recordAt(slot)?.outcome;
    // A scope that was closed on the way may have reported it, and left the row to the registry.
    this.#reported ??= new Set(this.#problems?.map((problem) => problem.id));
    if (outcome !== undefined && !this.#reported.has(outcome.id)) this.#addProblem(outcome);
    this.#source.leave(slot);
    return true;
  }

  #abandon(slot: number): boolean {
    const { reason } = this.#why;
    const error = new WatertightError('WT_RELEASE_TIMEOUT', 'the time for closing was over before this release began');
    this.#count(endBadly(this.#ledger, slot, 'abandoned', { reason, attempts: 0, durationMs: 0, error }), slot);
    return true;
  }

  #waitForRun(run: ReleaseRun): boolean {
    run.waiter = this;
    return this.#wait(run);
  }

  runOver(run: ReleaseRun, problem: ReleaseOutcome | undefined): void {
    if (!this.#stopsWaiting(run)) return;
    this.#count(problem, run.slot);
    this.#advanceAfter(run);
  }

  /** Somebody else has begun this release: its run has that one as its waiter, or it is further up the stack. */
  #waitForOther(slot: number): boolean {
    const kind = this.#ledger.table.hows[slot]?.kind;
    if (kind === undefined) return true;
    const other = new Other(slot);
    this.#ledger.ensureRecord(slot, kind).whenEnded((outcome) => {
      if (!this.#stopsWaiting(other)) return;
      this.#count(outcome, slot);
      this.#advanceAfter(other);
    });
    return this.#wait(other);
  }

  #closeScope(slot: number, scope: Closable): boolean {
    const { reason, error } = this.#why;
    const deadlineMs = this.#deadlineAt === Infinity ? 0 : Math.max(1, this.#left() * childShare);
    const report = scope.close({ reason, error, deadlineMs });
    if (!(report instanceof Promise)) {
      this.#merge(report);
      return true;
    }
    const other = new Other(slot);
    void report.then((own) => {
      if (!this.#stopsWaiting(other)) return;
      this.#merge(own);
      this.#advanceAfter(other);
    });
    return this.#wait(other);
  }

  #merge(report: CloseReport): void {
    this.#released += report.released;
    for (const problem of report.problems) this.#addProblem(problem);
  }

  #wait(waited: Waited): false {
    this.#current = waited;
    if (this.#deadlineAt !== Infinity) this.#alarm(this.#left() / 2, () => this.#noPatience(waited));
    return false;
  }

  #alarm(delayMs: Milliseconds, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#ledger.clock.schedule(Math.max(1, delayMs), run, { ref: true });
  }

  #noPatience(waited: Waited): void {
    this.#background ??= new Set();
    this.#background.add(waited);
    this.#source.leave(waited.slot);
    this.#advance();
  }

  /** False when it was given up before. */
  #stopsWaiting(waited: Waited): boolean {
    return this.#current === waited || this.#background?.delete(waited) === true;
  }

  /** One of the background has no one that waits for it, until the end. */
  #advanceAfter(waited: Waited): void {
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
    else this.#alarm(this.#left(), () => this.#advance());
  }

  #giveUp(): void {
    for (const waited of Array.from(this.#background ?? [])) {
      if (waited instanceof Other) this.#addProblem(this.#stillRunning(waited.slot));
      else if (waited.kind.essential) continue;
      else this.#expire(waited);
      this.#background?.delete(waited);
    }
  }

  #expire(run: ReleaseRun): void {
    run.waiter = { runOver: (_, problem) => this.#count(problem, run.slot) };
    run.expire(true);
  }

  #stillRunning(slot: number): ReleaseOutcome {
    const error = new WatertightError('WT_RELEASE_TIMEOUT', 'the time for closing was over and this had not ended');
    const { table } = this.#ledger;
    const record = this.#ledger.ensureRecord(slot, table.hows[slot]?.kind ?? scopeKind);
    const durationMs = this.#ledger.elapsed(true) - this.#startedMs;
    return makeOutcome(table.id(slot), record, 'timed-out', { reason: this.#why.reason, attempts: 1, durationMs, error });
  }

  #finish(): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(this.#report());
  }

  #report(): CloseReport {
    const problems = this.#problems ?? noProblems;
    const durationMs = this.#ledger.elapsed(this.#why.exact) - this.#startedMs;
    const report: CloseReport = { ok: problems.length === 0, released: this.#released, durationMs, problems };
    this.#owner?.closed(report, this.#why.reason);
    return report;
  }
}
