import { isMainThread } from 'node:worker_threads';
import type { Clock } from '../kernel/clock/index.ts';
import { isolated } from '../kernel/listeners.ts';
import { briefOf } from '../kernel/brief.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { outcomeText } from './failures.ts';
import { crashText } from './shutdown-crash.ts';
import { dieBy, othersListen } from './shutdown-end.ts';
import type { Coordinator, InstalledShutdown, ShutdownCause, ShutdownPlan, ShutdownReport } from './shutdown-options.ts';
import { closeTargets, heldBy, targetsOf } from './shutdown-run.ts';
import { say, writeError } from './shutdown-say.ts';

/** npm and others send a Ctrl-C on to a process that the terminal has told already: what follows so closely is the same wish. */
const sameWishMs: Milliseconds = 250;

type Listener = (...args: unknown[]) => void;

/** The process as the plain emitter that it is: events are named by the plans. */
const emitter: NodeJS.EventEmitter = process;

/** Listens to the ways out of the process for all plans together, and takes each once. */
export class ShutdownCoordinator implements Coordinator {
  readonly version = 1;
  readonly #clock: Clock;
  readonly #plans: Set<ShutdownPlan> = new Set();
  readonly #listeners: Map<string, Listener> = new Map();
  #closing: Promise<ShutdownReport> | undefined;
  #closed = false;
  #firstSignalMs: Milliseconds | undefined;
  #crashed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(plan: ShutdownPlan): InstalledShutdown {
    this.#plans.add(plan);
    this.#listen();
    let own: Promise<ShutdownReport> | undefined;
    return {
      close: () => (own ??= closeTargets(this.#clock, [plan], 'requested').then((report) => this.#told(report, [plan]))),
      [Symbol.dispose]: () => {
        this.#plans.delete(plan);
        this.#listen();
      },
    };
  }

  /** Brings the listeners in line with what the plans need now. */
  #listen(): void {
    const needed = new Set<string>(this.#needed());
    for (const [event, listener] of this.#listeners) {
      if (needed.has(event)) continue;
      emitter.removeListener(event, listener);
      this.#listeners.delete(event);
    }
    for (const event of needed) if (!this.#listeners.has(event)) this.#subscribe(event);
  }

  *#needed(): Iterable<string> {
    for (const plan of this.#plans) {
      yield 'exit';
      if (plan.naturalEnd) yield 'beforeExit';
      // A worker thread gets no signals, and its uncaught errors belong to its parent.
      if (!isMainThread) continue;
      if (plan.uncaught) yield 'uncaughtException';
      yield* plan.signals;
    }
  }

  #subscribe(event: string): void {
    const listener = this.#listenerFor(event);
    try {
      emitter.on(event, listener);
      this.#listeners.set(event, listener);
    } catch (error) {
      say(`this system cannot tell a program of ${event}: ${briefOf(error).message}`);
    }
  }

  #listenerFor(event: string): Listener {
    if (event === 'exit') return () => this.#releaseSync();
    if (event === 'beforeExit') return () => this.#naturalEnd();
    if (event === 'uncaughtException') return (error, origin) => this.#uncaught(error, origin === 'unhandledRejection');
    // What is left are the signals of the plans.
    return () => this.#signalled(event as NodeJS.Signals);
  }

  #close(cause: ShutdownCause): Promise<ShutdownReport> {
    const plans = [...this.#plans];
    this.#closing ??= closeTargets(this.#clock, plans, cause).then((report) => {
      this.#closed = true;
      return this.#told(report, plans);
    });
    return this.#closing;
  }

  #told(report: ShutdownReport, plans: readonly ShutdownPlan[]): ShutdownReport {
    const after = `after ${Math.round(report.durationMs)} ms`;
    for (const outcome of report.problems) say(`${report.cause}: ${outcomeText(outcome)} (${after})`);
    for (const text of report.unfinished) say(`${report.cause}: ${text}`);
    for (const { onReport } of plans) if (onReport !== undefined) isolated(() => onReport(report), reportListenerError);
    return report;
  }

  #signalled(signal: NodeJS.Signals): void {
    const now = this.#clock.monotonic();
    if (this.#firstSignalMs !== undefined) return this.#signalledAgain(signal, now - this.#firstSignalMs);
    this.#firstSignalMs = now;
    const graceMs = Math.max(0, ...[...this.#plans].map((plan) => plan.graceMs));
    void this.#endSignalled(signal, now + graceMs);
  }

  async #endSignalled(signal: NodeJS.Signals, graceEndMs: Milliseconds): Promise<void> {
    await this.#close(signal);
    this.#endAfter(signal, Math.max(0, graceEndMs - this.#clock.monotonic()));
  }

  #signalledAgain(signal: NodeJS.Signals, afterMs: Milliseconds): void {
    if (afterMs < sameWishMs || ![...this.#plans].some((plan) => plan.secondSignal === 'force')) return;
    say(`second ${signal}: ended without waiting any longer`);
    for (const text of heldBy(targetsOf(this.#plans))) say(`not released: ${text}`);
    this.#dieBy(signal);
  }

  /** Who else listens to the signal decides about the end, for as long as the grace time lasts. */
  #endAfter(signal: NodeJS.Signals, leftMs: Milliseconds): void {
    if (this.#crashed) return;
    if (!othersListen(signal)) return this.#dieBy(signal);
    this.#clock.schedule(leftMs, () => {
      say(`${signal}: the program's own listener has not ended it within the grace time`);
      this.#dieBy(signal);
    });
  }

  #dieBy(signal: NodeJS.Signals): void {
    this.#releaseSync();
    dieBy(signal);
  }

  #naturalEnd(): void {
    if (this.#closed || this.#closing !== undefined) return;
    void this.#endNaturally();
  }

  async #endNaturally(): Promise<void> {
    const report = await this.#close('natural-end');
    // What hangs may keep the process alive for ever; the status stays the program's.
    if (hangs(report) && this.#firstSignalMs === undefined) process.exit();
  }

  #uncaught(error: unknown, rejected: boolean): void {
    if (process.listenerCount('uncaughtException') > 1) return;
    if (rejected) countAsHandled();
    writeError(crashText(error, rejected));
    if (!this.#crashed) void this.#endCrashed();
    this.#crashed = true;
  }

  async #endCrashed(): Promise<void> {
    await this.#close('uncaught');
    process.exit(1);
  }

  /** The synchronous part: what the asynchronous one has not released yet and can be released without waiting. */
  #releaseSync(): void {
    for (const target of targetsOf(this.#plans)) {
      try {
        target.releaseAllSync('shutdown');
      } catch (error) {
        say(`"${target.name}" failed in its synchronous release: ${briefOf(error).message}`);
      }
    }
  }
}

/** With `--unhandled-rejections=strict` Node goes on to warn of a rejection that it takes for handled by us. */
function countAsHandled(): void {
  const nothing = (): void => {};
  process.once('unhandledRejection', nothing);
  process.nextTick(() => process.removeListener('unhandledRejection', nothing));
}

function hangs(report: ShutdownReport): boolean {
  return report.unfinished.length > 0 || report.problems.some(({ result }) => result === 'timed-out' || result === 'abandoned');
}

function reportListenerError(error: unknown): void {
  say(`\`onReport\` failed: ${briefOf(error).message}`);
}
