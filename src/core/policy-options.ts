import { aBoolean, anArray, checkOptions, invalid, milliseconds, oneOf, shown, wholeNumber } from '../kernel/options.ts';
import type { Rule, Rules } from '../kernel/options.ts';
import type { Milliseconds } from '../kernel/units.ts';

/** Anything that knows how scarce something is: `MemoryMonitor`, or an object of your own. */
export interface PressureSource {
  /** How scarce it is now, in a word. */
  readonly level: string;
  /** Calls the listener when the level changes. */
  onLevel(listener: () => void): Disposable;
  /** Measures now, so that `level` is fresh: called before each further batch. */
  sample?(): unknown;
}

/** What goes first under pressure: the lowest priority, the most bytes, the oldest, the one that was longest not used. */
export type PressureOrder = 'lowest-priority' | 'largest' | 'oldest' | 'longest-idle';

/** When and in which order resources are released because something is scarce. */
export interface PressurePolicy {
  readonly source: PressureSource;
  /** Levels at which releasing begins. Default `['critical']`. */
  readonly begin?: readonly string[];
  /** Levels at which it ends. Default `['normal']`. */
  readonly end?: readonly string[];
  /** The second decides where the first is equal, and so on. Default lowest priority, largest, oldest. */
  readonly order?: readonly PressureOrder[];
  /** Released before the level is looked at again, 1 to 10 000. Default 10. */
  readonly batchSize?: number;
  /** Between two batches: what was released has to show in the level. Default 1 000, at least 20. */
  readonly pauseMs?: Milliseconds;
}

/**
 * What a registry releases of itself: only rows that are live, never one that is in use (`guard.use()`), one that others must be
 * released before (`after`), an essential one, or a scope.
 */
export interface RegistryPolicy {
  /** False: nothing is released by age, idleness or pressure, also not where a kind says so. Default true. */
  readonly enabled?: boolean;
  /** For kinds that say nothing themselves. Default 0: none. */
  readonly maxLifetimeMs?: Milliseconds;
  /** For kinds that say nothing themselves. Default 0: none. */
  readonly maxIdleMs?: Milliseconds;
  /**
   * Least time between two looks at the rows for those that are due; the first is released on time. Default: a 32nd of the shortest
   * limit, 20 to 60 000. Never so little that looking would take more than 2 % of the time.
   */
  readonly intervalMs?: Milliseconds;
  readonly pressure?: PressurePolicy;
}

/** A pressure policy with its defaults. */
export type PressureSettings = Readonly<Required<PressurePolicy>>;

/** A policy with its defaults; undefined where there is none. */
export interface PolicySettings {
  readonly enabled: boolean;
  readonly maxLifetimeMs: Milliseconds;
  readonly maxIdleMs: Milliseconds;
  readonly intervalMs: Milliseconds | undefined;
  readonly pressure: PressureSettings | undefined;
}

const aSource: Rule = {
  expected: 'an object with `level` and onLevel()',
  accepts: (value) =>
    typeof value === 'object' && value !== null && 'level' in value && 'onLevel' in value && typeof value.onLevel === 'function',
};
const words: Rule = {
  expected: 'an array of one string or more',
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string'),
};
const orderRule = oneOf('lowest-priority', 'largest', 'oldest', 'longest-idle');

const pressureRules: Rules = {
  source: aSource,
  begin: words,
  end: words,
  order: anArray,
  batchSize: wholeNumber(1, 10_000),
  pauseMs: milliseconds,
};
const policyRules: Rules = {
  enabled: aBoolean,
  maxLifetimeMs: milliseconds,
  maxIdleMs: milliseconds,
  intervalMs: milliseconds,
  // Checked by itself, so that messages name the key.
  pressure: { expected: 'an object', accepts: (value) => typeof value === 'object' && value !== null },
};

const shortestPauseMs: Milliseconds = 20;

/** The policy with its defaults. Throws WT_INVALID_OPTION. */
export function policySettings(where: string, policy: RegistryPolicy = {}): PolicySettings {
  checkOptions(where, policy, policyRules);
  return {
    enabled: policy.enabled ?? true,
    maxLifetimeMs: policy.maxLifetimeMs ?? 0,
    maxIdleMs: policy.maxIdleMs ?? 0,
    intervalMs: policy.intervalMs,
    pressure: policy.pressure === undefined ? undefined : pressureSettings(`${where}.pressure`, policy.pressure),
  };
}

function pressureSettings(where: string, policy: PressurePolicy): PressureSettings {
  checkOptions(where, policy, pressureRules);
  if (policy.source === undefined) throw invalid(where, `\`source\` is missing; it must be ${aSource.expected}`);
  const { source, begin = ['critical'], end = ['normal'], batchSize = 10, pauseMs = 1_000 } = policy;
  const { order = ['lowest-priority', 'largest', 'oldest'] } = policy;
  for (const word of order)
    if (!orderRule.accepts(word)) throw invalid(where, `\`order\` must hold ${orderRule.expected}, got ${shown(word)}`);
  return {
    source,
    begin: Object.freeze([...begin]),
    end: Object.freeze([...end]),
    order: Object.freeze([...order]),
    batchSize,
    pauseMs: Math.max(shortestPauseMs, pauseMs),
  };
}
