import type { Clock } from '../kernel/clock/index.ts';
import { systemClock } from '../kernel/clock/index.ts';
import type { Recovery } from '../kernel/recovery.ts';
import { WatertightError } from '../kernel/errors.ts';
import type { Rules } from '../kernel/options.ts';
import { aBoolean, aFunction, aName, having, milliseconds, nested, oneOf, wholeNumber } from '../kernel/options.ts';
import type { MaybePromise, Milliseconds } from '../kernel/units.ts';
import type { RetryOptions } from './kind.ts';
import { CleanupPriority } from './words.ts';

/** What a queued task is called with. */
export interface CleanupContext {
  /** 1 for the first call. */
  readonly attempt: number;
  /** Aborted when the deadline of this call has passed. Made on first read. */
  readonly signal: AbortSignal;
}

/** A piece of cleanup work. It may throw or reject: that is counted, told and tried again as its options say. */
export type CleanupTask = (context: CleanupContext) => MaybePromise<void>;

/** How one piece of work is treated. */
export interface QueueItemOptions {
  /** Stands in dead letters and outcomes. Default: the task's own name. */
  readonly name?: string;
  /** Default Normal. */
  readonly priority?: CleanupPriority;
  /** For one call, from its start. 0: none. Default: the queue's. */
  readonly timeoutMs?: Milliseconds;
  /** 1 to 100 calls; pauses double up to 30 s and vary by ± 50 %. Default: the queue's. */
  readonly retry?: RetryOptions;
  /** It may be called again after a timeout, while the earlier call may still run. Default false. */
  readonly idempotent?: boolean;
  /** What to do about an error. Default: what the error itself says (`recovery` of a WatertightError), else `retry`. */
  readonly recover?: (error: unknown, attempt: number) => Recovery;
  /** Runs in the task's place once that is given up, or when `recover` says `fallback`. */
  readonly fallback?: CleanupTask;
  /** Items of one circuit fail together: after 5 failures in a row, or when `recover` says `circuit-break`, the others are refused for a while. */
  readonly circuit?: string;
  /** Called once with how it ended, and once more if it settles after its deadline. What it throws is dropped. */
  readonly onOutcome?: (outcome: CleanupOutcome) => void;
}

/** `done`; `recovered`: through its fallback; `failed` and `timed-out`: given up; `cancelled`: taken out before it began. */
export type CleanupResult = 'done' | 'recovered' | 'failed' | 'timed-out' | 'cancelled';

/** How a queued cleanup ended: `recovered` is through its fallback, `failed` and `timed-out` are in the dead letters. */
export interface CleanupOutcome {
  readonly name: string;
  readonly priority: CleanupPriority;
  readonly result: CleanupResult;
  readonly attempts: number;
  /** From the first call to the end. 0 when it was never called. */
  readonly durationMs: Milliseconds;
  readonly error?: unknown;
  /** True for the second message of one that settled after its deadline. */
  readonly late: boolean;
}

/** How a queue works, and the defaults of its items. */
export interface CleanupQueueOptions {
  /** Calls that run at the same time, 1 to 10 000. Default 10. */
  readonly concurrency?: number;
  /** Items waiting at most, 1 to 16 000 000; `add` throws WT_RESOURCE_EXHAUSTED beyond. Default 1 000 000. */
  readonly maxLength?: number;
  /** Default of the items. Default 30 000. */
  readonly timeoutMs?: Milliseconds;
  /** Default of the items. Default 3 calls, 1 000 ms. */
  readonly retry?: RetryOptions;
  /** Dead letters kept; the oldest make room. 0 to 100 000. Default 1 000. */
  readonly maxDeadLetters?: number;
  /** How long a circuit stays open. Default 30 000. */
  readonly circuitOpenMs?: Milliseconds;
  /** Told of every outcome, after the item's own. */
  readonly onOutcome?: (outcome: CleanupOutcome) => void;
  readonly clock?: Clock;
  /** Source of the jitter, 0 to 1. Default Math.random. */
  readonly random?: () => number;
}

export type QueueSettings = Readonly<Required<Omit<CleanupQueueOptions, 'onOutcome'>>> & Pick<CleanupQueueOptions, 'onOutcome'>;

const retryRules: Rules = { attempts: wholeNumber(1, 100), backoffMs: milliseconds };

export const queueRules: Rules = {
  concurrency: wholeNumber(1, 10_000),
  maxLength: wholeNumber(1, 16_000_000),
  timeoutMs: milliseconds,
  retry: nested(retryRules),
  maxDeadLetters: wholeNumber(0, 100_000),
  circuitOpenMs: milliseconds,
  onOutcome: aFunction,
  clock: having('now', 'monotonic', 'schedule'),
  random: aFunction,
};

export const itemRules: Rules = {
  name: aName,
  priority: oneOf(...Object.values(CleanupPriority)),
  timeoutMs: milliseconds,
  retry: nested(retryRules),
  idempotent: aBoolean,
  recover: aFunction,
  fallback: aFunction,
  circuit: aName,
  onOutcome: aFunction,
};

export const queueDefaults: QueueSettings = {
  concurrency: 10,
  maxLength: 1_000_000,
  timeoutMs: 30_000,
  retry: { attempts: 3, backoffMs: 1_000 },
  maxDeadLetters: 1_000,
  circuitOpenMs: 30_000,
  clock: systemClock,
  random: Math.random,
};

/** The options with the defaults in place of what is absent or undefined. */
export function settingsOf(options: CleanupQueueOptions): QueueSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...queueDefaults, ...given };
}

const longestBackoffMs = 30_000;

/** The pause before the call after `attempt`. */
export function backoffMs(retry: RetryOptions, attempt: number, random: number): Milliseconds {
  return Math.min(retry.backoffMs * 2 ** (attempt - 1), longestBackoffMs) * (0.5 + random);
}

/** What an error asks for when the item does not decide. */
export function recoveryOf(error: unknown): Recovery {
  return error instanceof WatertightError ? error.recovery : 'retry';
}
