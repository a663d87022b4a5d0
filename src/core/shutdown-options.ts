import type { Rules } from '../kernel/options.ts';
import { aBoolean, aFunction, milliseconds, oneOf } from '../kernel/options.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import type { ShutdownTarget } from './shutdown-target.ts';
import type { CloseReport } from './words.ts';

/** Why the process ends, as `onStart` and `onReport` are told. */
export type ShutdownCause = NodeJS.Signals | 'natural-end' | 'uncaught' | 'requested';

/** A close report over all targets. */
export interface ShutdownReport extends CloseReport {
  readonly cause: ShutdownCause;
  /** Targets that failed as a whole or did not answer in time, with the reason in words. */
  readonly unfinished: readonly string[];
}

/** What is shut down, on which occasions, and in which time. */
export interface ShutdownOptions {
  /** What is shut down, all at the same time. Default: the default registry. */
  readonly targets?: readonly ShutdownTarget[];
  /** How long releases may take from the signal to the end, in all. 0: none is waited for. Default 10 000. */
  readonly graceMs?: Milliseconds;
  /** The signals that end the process in order; false for frameworks that own them. Default SIGINT, SIGTERM, SIGHUP. */
  readonly signals?: false | readonly NodeJS.Signals[];
  /** Whether an uncaught exception (or unhandled rejection, where Node's flag makes it one) closes before it ends the process. Default true. */
  readonly uncaught?: boolean;
  /** Whether the natural end of the program closes what is still open. Default true. */
  readonly naturalEnd?: boolean;
  /** What a second signal does, 250 ms or more after the first. Default `force`: the process ends at once. */
  readonly secondSignal?: 'force' | 'ignore';
  /** Runs first, within the grace time: make readiness checks fail, wait for the load balancer. */
  readonly onStart?: (cause: ShutdownCause) => MaybePromise<void>;
  /** Told what came of it, before the process ends. */
  readonly onReport?: (report: ShutdownReport) => void;
}

/** What `installShutdown` returns. Disposing it takes the listeners away again. */
export interface InstalledShutdown extends Disposable {
  /** Shuts the targets down now, without ending the process: for a framework's own close hook. Called again it returns the same promise. */
  close(): Promise<ShutdownReport>;
}

/** One call of `installShutdown`, with every default in place. Shared between copies of the package: members may only be added. */
export interface ShutdownPlan {
  readonly targets: readonly ShutdownTarget[];
  readonly graceMs: Milliseconds;
  readonly signals: readonly NodeJS.Signals[];
  readonly uncaught: boolean;
  readonly naturalEnd: boolean;
  readonly secondSignal: 'force' | 'ignore';
  readonly onStart: ((cause: ShutdownCause) => MaybePromise<void>) | undefined;
  readonly onReport: ((report: ShutdownReport) => void) | undefined;
}

/** The process has one coordinator, whichever copy of the package came first. */
export interface Coordinator {
  readonly version: 1;
  add(plan: ShutdownPlan): InstalledShutdown;
}

const defaultSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const targetMethods = ['shutdown', 'releaseAllSync'] as const;

function isTarget(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && targetMethods.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

export const shutdownRules: Rules = {
  targets: {
    expected: 'an array of objects with shutdown() and releaseAllSync()',
    accepts: (value) => Array.isArray(value) && value.every(isTarget),
  },
  graceMs: milliseconds,
  signals: {
    expected: 'false or an array of signal names such as "SIGTERM"',
    accepts: (value) =>
      value === false || (Array.isArray(value) && value.every((name) => typeof name === 'string' && /^SIG[A-Z0-9]+$/.test(name))),
  },
  uncaught: aBoolean,
  naturalEnd: aBoolean,
  secondSignal: oneOf('force', 'ignore'),
  onStart: aFunction,
  onReport: aFunction,
};

export function planOf(options: Readonly<ShutdownOptions>, defaultTargets: () => readonly ShutdownTarget[]): ShutdownPlan {
  return Object.freeze({
    targets: Object.freeze([...(options.targets ?? defaultTargets())]),
    graceMs: options.graceMs ?? 10_000,
    signals: Object.freeze(options.signals === false ? [] : [...(options.signals ?? defaultSignals)]),
    uncaught: options.uncaught ?? true,
    naturalEnd: options.naturalEnd ?? true,
    secondSignal: options.secondSignal ?? 'force',
    onStart: options.onStart,
    onReport: options.onReport,
  });
}
