import type { Clock } from '../kernel/clock/index.ts';
import { systemClock } from '../kernel/clock/index.ts';
import type { Logger } from '../kernel/logger.ts';
import { silentLogger } from '../kernel/logger.ts';
import { aFunction, checkOptions, having, wholeNumber } from '../kernel/options.ts';
import type { Rule, Rules } from '../kernel/options.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { MemoryReading } from '../memory/index.ts';
import { readMemory } from '../memory/index.ts';

/** Options of a `MemoryProfiler`. */
export interface MemoryProfilerOptions {
  /** Time between two snapshots while it runs: 10 ms to 1 day. Default 10 000. */
  readonly intervalMs?: Milliseconds;
  /** Snapshots that are kept, 1 to 100 000; beyond, the oldest goes. Default 1 000. */
  readonly maxSnapshots?: number;
  /** Reports of sections that are kept, 0 to 100 000; beyond, the oldest goes. Sums by name are kept besides. Default 200. */
  readonly maxReports?: number;
  /** Told of callbacks that throw and of snapshots that fail. Default: says nothing. */
  readonly logger?: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Where figures of snapshots come from. Default `readMemory`. */
  readonly probe?: () => MemoryReading;
}

/** The options with all defaults filled in. */
export type ProfilerSettings = Required<MemoryProfilerOptions>;

const interval: Rule = {
  expected: 'a number of milliseconds from 10 to 86 400 000',
  accepts: (value) => typeof value === 'number' && value >= 10 && value <= 86_400_000,
};
const rules: Rules = {
  intervalMs: interval,
  maxSnapshots: wholeNumber(1, 100_000),
  maxReports: wholeNumber(0, 100_000),
  logger: having('debug', 'info', 'warn', 'error'),
  clock: having('now', 'monotonic', 'schedule'),
  probe: aFunction,
};

/** Throws WT_INVALID_OPTION. */
export function profilerSettings(options: MemoryProfilerOptions = {}): ProfilerSettings {
  checkOptions('MemoryProfiler', options, rules);
  return Object.freeze({
    intervalMs: options.intervalMs ?? 10_000,
    maxSnapshots: options.maxSnapshots ?? 1_000,
    maxReports: options.maxReports ?? 200,
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    probe: options.probe ?? readMemory,
  });
}
