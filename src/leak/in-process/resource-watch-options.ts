import { systemClock } from '../../kernel/clock/index.ts';
import type { Clock } from '../../kernel/clock/index.ts';
import type { DetectedLeak } from '../../kernel/leak-watch.ts';
import type { Logger } from '../../kernel/logger.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { aFunction, checkOptions, having, nested, wholeNumber } from '../../kernel/options.ts';
import type { Rule, Rules } from '../../kernel/options.ts';
import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import type { ResourceFigures } from './resource-figures.ts';
import { readResourceFigures } from './resource-figures.ts';
import type { SeverityBytes } from './severity.ts';
import { severityBytes, severityRule } from './severity.ts';

/** Growth below which a metric is no leak, whatever its share: so that a baseline of zero works, and one more of three is none. */
export interface ResourceLeastGrowth {
  /** Default 8. */
  readonly handles?: number;
  /** Default 8. */
  readonly descriptors?: number;
  /** Default 8. */
  readonly connections?: number;
  /** Default 4. */
  readonly threads?: number;
  /** Default 50 MB (52 428 800). */
  readonly memoryBytes?: Bytes;
}

/** Options of a `ResourceWatch`. */
export interface ResourceWatchOptions {
  /** Time between two looks: 100 ms to 1 day. Default 300 000. */
  readonly intervalMs?: Milliseconds;
  /** Growth since the start, as a share of the baseline, above which a metric leaks: above 0. Default 0.5. */
  readonly leakShare?: number;
  /** And by at least this much. */
  readonly leastGrowth?: ResourceLeastGrowth;
  /** Looks in a row that must find it: 1 to 100. The first makes a suspect, the last a leak. Default 2. */
  readonly looks?: number;
  /** Severity of growing memory. Default 50, 100, 200 MB. */
  readonly severityBytes?: Partial<SeverityBytes>;
  /** Told of each leak once when it is suspected, proven, ended. What it throws is logged. */
  readonly onLeak?: (leak: DetectedLeak) => void;
  /** Warns of leaks, and of callbacks that throw. Default: says nothing. */
  readonly logger?: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Where figures come from. Default `readResourceFigures`. */
  readonly probe?: () => ResourceFigures;
}

/** The options with all defaults filled in. */
export interface WatchSettings {
  readonly intervalMs: Milliseconds;
  readonly leakShare: number;
  readonly leastGrowth: Required<ResourceLeastGrowth>;
  readonly looks: number;
  readonly severityBytes: SeverityBytes;
  readonly onLeak: (leak: DetectedLeak) => void;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly probe: () => ResourceFigures;
}

const where = 'ResourceWatch';
const interval: Rule = {
  expected: 'a number of milliseconds from 100 to 86 400 000',
  accepts: (value) => typeof value === 'number' && value >= 100 && value <= 86_400_000,
};
const share: Rule = { expected: 'a number above 0', accepts: (value) => typeof value === 'number' && value > 0 };
const count = wholeNumber(0);
const rules: Rules = {
  intervalMs: interval,
  leakShare: share,
  leastGrowth: nested({ handles: count, descriptors: count, connections: count, threads: count, memoryBytes: count }),
  looks: wholeNumber(1, 100),
  severityBytes: severityRule,
  onLeak: aFunction,
  logger: having('debug', 'info', 'warn', 'error'),
  clock: having('now', 'monotonic', 'schedule'),
  probe: aFunction,
};
const defaultGrowth: Required<ResourceLeastGrowth> = {
  handles: 8,
  descriptors: 8,
  connections: 8,
  threads: 4,
  memoryBytes: 50 * 1024 ** 2,
};

/** Throws WT_INVALID_OPTION. */
export function watchSettings(options: ResourceWatchOptions = {}): WatchSettings {
  checkOptions(where, options, rules);
  return Object.freeze({
    intervalMs: options.intervalMs ?? 300_000,
    leakShare: options.leakShare ?? 0.5,
    leastGrowth: Object.freeze({ ...defaultGrowth, ...options.leastGrowth }),
    looks: options.looks ?? 2,
    severityBytes: severityBytes(where, options.severityBytes),
    onLeak: options.onLeak ?? (() => undefined),
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    probe: options.probe ?? readResourceFigures,
  });
}
