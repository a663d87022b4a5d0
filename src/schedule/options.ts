import type { ResourceRegistry, Scope } from '../core/index.ts';
import { defaultRegistry } from '../core/index.ts';
import type { Clock } from '../kernel/clock/index.ts';
import { systemClock } from '../kernel/clock/index.ts';
import type { Logger } from '../kernel/logger.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { Rule, Rules } from '../kernel/options.ts';
import { aBoolean, aFunction, aName, checkOptions, having, milliseconds, nested, oneOf, wholeNumber } from '../kernel/options.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import type { RunOutcome, ScheduledRun } from './words.ts';

/** A piece of work that is done at its time. It may throw or reject: that is an outcome, told and counted. */
export type ScheduledWork = (run: ScheduledRun) => MaybePromise<unknown>;

/** Pauses after failures: the first one, doubled for each further failure in a row. */
export interface BackoffOptions {
  /** Default 1 000. */
  readonly firstMs?: Milliseconds;
  /** Default 3 600 000. */
  readonly maxMs?: Milliseconds;
}

/** How a scheduled task is treated. */
export interface TaskOptions {
  /** What it is for, in words: stands in the status and in the row. 1 to 256 characters. */
  readonly description?: string;
  /** Each run is delayed by a random time up to this. Default 0. */
  readonly jitterMs?: Milliseconds;
  /** For one run; then its signal is aborted, and the run counts as timed out once it settles. Default 0: none. */
  readonly timeoutMs?: Milliseconds;
  /** After a failure no run begins before this pause is over; it varies by ± 25 %. */
  readonly backoff?: BackoffOptions;
  /** Whether waiting for the next run keeps the process alive. Default false. */
  readonly keepAlive?: boolean;
}

/** A task that is done once. */
export interface OneTimeOptions extends TaskOptions {
  /** From now. Any length. Default 0: as soon as possible. */
  readonly delayMs?: Milliseconds;
  /** Calls in all when it fails, 1 to 1 000. Default 3. */
  readonly attempts?: number;
}

/** What happens when a run is due while the one before still runs: leave it out, begin it right after, or abort the one that runs. Never two at once. */
export type OverlapPolicy = 'skip' | 'queue' | 'cancel';

/** A task that is done again and again. */
export interface RecurringOptions extends TaskOptions {
  /** From the beginning of one run to the beginning of the next. At least 1. */
  readonly intervalMs: Milliseconds;
  /** Default `skip`. */
  readonly overlap?: OverlapPolicy;
}

/** For a `NextRun` of your own, `at()`, or a cron pattern. */
export interface ScheduleTaskOptions extends TaskOptions {
  /** Default `skip`. */
  readonly overlap?: OverlapPolicy;
  /** Calls in all when the last of its runs fails, 1 to 1 000. Default 1. */
  readonly attempts?: number;
}

/** How a scheduler is made. */
export interface CleanupSchedulerOptions {
  /** Stands before the names of its rows. 1 to 40 characters. Default `schedule-1` and so on. */
  readonly name?: string;
  /** Whose rows the tasks are. Default: the default registry. */
  readonly registry?: ResourceRegistry;
  /** Owns the tasks instead: closing it cancels them and waits. */
  readonly scope?: Scope;
  /** How long a cancel waits for a run that does not end. Default 5 000; 0: as long as it takes. */
  readonly cancelTimeoutMs?: Milliseconds;
  /** Told of every run that has ended. What it throws is dropped. */
  readonly onOutcome?: (outcome: RunOutcome) => void;
  /** pino, bunyan, console: `(fields, text)`. Default: silent. */
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Source of jitter, 0 to 1. Default Math.random. */
  readonly random?: () => number;
}

/** A task's options with the defaults in place. */
export interface TaskSettings {
  readonly description: string | null;
  readonly jitterMs: Milliseconds;
  readonly timeoutMs: Milliseconds;
  readonly backoff: Required<BackoffOptions>;
  readonly keepAlive: boolean;
  readonly overlap: OverlapPolicy;
  readonly attempts: number;
}

export interface SchedulerSettings {
  readonly name: string;
  readonly owner: ResourceRegistry | Scope;
  readonly cancelTimeoutMs: Milliseconds;
  readonly onOutcome: (outcome: RunOutcome) => void;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}

function nameUpTo(length: number): Rule {
  return {
    expected: `a string of 1 to ${length} characters`,
    accepts: (value) => typeof value === 'string' && value.length > 0 && value.length <= length,
  };
}

export const idRule: Rule = nameUpTo(200);
const positive: Rule = {
  expected: 'a number of milliseconds, 1 or more',
  accepts: (value) => Number.isFinite(value) && Number(value) >= 1,
};
const finite: Rule = {
  expected: 'a finite number of milliseconds, 0 or more',
  accepts: (value) => Number.isFinite(value) && Number(value) >= 0,
};

const taskRules: Rules = {
  description: aName,
  jitterMs: finite,
  timeoutMs: finite,
  backoff: nested({ firstMs: finite, maxMs: finite }),
  keepAlive: aBoolean,
};
const overlap = oneOf('skip', 'queue', 'cancel');
export const oneTimeRules: Rules = { ...taskRules, delayMs: finite, attempts: wholeNumber(1, 1_000) };
export const recurringRules: Rules = { ...taskRules, intervalMs: positive, overlap };
export const scheduleRules: Rules = { ...taskRules, overlap, attempts: wholeNumber(1, 1_000) };

const schedulerRules: Rules = {
  name: nameUpTo(40),
  registry: having('register', 'shutdown'),
  scope: having('adopt', 'close'),
  cancelTimeoutMs: milliseconds,
  onOutcome: aFunction,
  logger: having('debug', 'info', 'warn', 'error'),
  clock: having('now', 'monotonic', 'schedule'),
  random: aFunction,
};

export const taskDefaults: TaskSettings = {
  description: null,
  jitterMs: 0,
  timeoutMs: 0,
  backoff: { firstMs: 1_000, maxMs: 3_600_000 },
  keepAlive: false,
  overlap: 'skip',
  attempts: 1,
};

/** The settings of a task. Throws WT_INVALID_OPTION. */
export function taskSettings(where: string, options: ScheduleTaskOptions, rules: Rules, attempts: number): TaskSettings {
  checkOptions(where, options, rules);
  return {
    description: options.description ?? null,
    jitterMs: options.jitterMs ?? taskDefaults.jitterMs,
    timeoutMs: options.timeoutMs ?? taskDefaults.timeoutMs,
    backoff: {
      firstMs: options.backoff?.firstMs ?? taskDefaults.backoff.firstMs,
      maxMs: options.backoff?.maxMs ?? taskDefaults.backoff.maxMs,
    },
    keepAlive: options.keepAlive ?? taskDefaults.keepAlive,
    overlap: options.overlap ?? taskDefaults.overlap,
    attempts: options.attempts ?? attempts,
  };
}

let made = 0;

/** The settings of a scheduler. Throws WT_INVALID_OPTION. */
export function schedulerSettings(options: CleanupSchedulerOptions): SchedulerSettings {
  checkOptions('CleanupScheduler', options, schedulerRules);
  made += 1;
  return {
    name: options.name ?? `schedule-${made}`,
    owner: options.scope ?? options.registry ?? defaultRegistry(),
    cancelTimeoutMs: options.cancelTimeoutMs ?? 5_000,
    onOutcome: options.onOutcome ?? (() => {}),
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}
