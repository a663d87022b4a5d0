import { systemClock } from '../../kernel/clock/index.ts';
import type { Clock } from '../../kernel/clock/index.ts';
import { aName, checkOptions, having, invalid, wholeNumber } from '../../kernel/options.ts';
import type { Rules } from '../../kernel/options.ts';
import type { Bytes } from '../../kernel/units.ts';

/** How `expectNoLeak` looks. */
export interface NoLeakOptions {
  /** Calls that are judged, 64 to 100 000 000, in 20 rounds with a full collection after each. Default 1 000. */
  readonly iterations?: number;
  /** Calls before, that are not judged: code is compiled and caches fill. Default: a quarter of `iterations`. */
  readonly warmUp?: number;
  /** Growth of less than this per call is no leak, in bytes. Default 16. */
  readonly leastBytesPerCall?: Bytes;
  /** Said in the failure, 1 to 256 characters. Default: the name of the function. */
  readonly name?: string;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** The options with all defaults filled in. */
export type NoLeakSettings = Required<NoLeakOptions>;

/** Rounds that are judged: 13 at least for the verdict "leak", more for leaks of few objects. */
export const rounds = 20;
const warmUpShare = 0.25;

const rules: Rules = {
  iterations: wholeNumber(64, 100_000_000),
  warmUp: wholeNumber(0, 100_000_000),
  leastBytesPerCall: wholeNumber(1),
  name: aName,
  clock: having('now', 'monotonic', 'schedule'),
};

/** Throws WT_INVALID_OPTION. */
export function noLeakSettings(task: unknown, options: NoLeakOptions = {}): NoLeakSettings {
  if (typeof task !== 'function')
    throw invalid('expectNoLeak', 'the first argument must be a function that is called again and again');
  checkOptions('expectNoLeak', options, rules);
  const { iterations = 1_000 } = options;
  return {
    iterations,
    warmUp: options.warmUp ?? Math.ceil(iterations * warmUpShare),
    leastBytesPerCall: options.leastBytesPerCall ?? 16,
    name: options.name ?? (task.name === '' ? 'the function' : task.name),
    clock: options.clock ?? systemClock,
  };
}
