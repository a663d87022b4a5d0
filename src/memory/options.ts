import type { Clock } from '../kernel/clock/index.ts';
import { systemClock } from '../kernel/clock/index.ts';
import type { Logger } from '../kernel/logger.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { Rule } from '../kernel/options.ts';
import { aBoolean, aFunction, bytes, checkOptions, having, invalid, nested } from '../kernel/options.ts';
import type { Bytes, Milliseconds } from '../kernel/units.ts';
import type { PressureRules, PressureThresholds } from './pressure.ts';
import { readMemory } from './reading.ts';
import type { LimitName, MemoryReading } from './types.ts';

/** Options of a `MemoryMonitor`. */
export interface MemoryMonitorOptions {
  /** Time between two samples: 10 ms to 1 day. Default 1 000. */
  readonly intervalMs?: Milliseconds;
  /** Shares of the tightest limit, above 0, at most 1, ascending, at which levels begin. Default info 0.7, warning 0.8, critical 0.9. */
  readonly thresholds?: Partial<PressureThresholds>;
  /** How far below its threshold the share must fall before a level ends: 0 to 0.5. Default 0.05. */
  readonly hysteresis?: number;
  /** A level that ended and begins again within this time is not told again. Default 60 000; 0 tells every change. */
  readonly cooldownMs?: Milliseconds;
  /** A limit of the caller's own for the resident memory of the process, in bytes, at least 1. Default: none. */
  readonly configuredLimitBytes?: Bytes;
  /** The limits that count. Default: all that apply. */
  readonly limits?: readonly LimitName[];
  /** Read the proportional set size this often, at least 60 000; less often where reading is expensive. Default 0: never. */
  readonly pssEveryMs?: Milliseconds;
  /** Count collections. Default true. */
  readonly collections?: boolean;
  /** Measure the delay of the event loop: ten wake-ups a second, about 0.1 % of a core in a process that is idle otherwise. Default false. */
  readonly loopDelay?: boolean;
  /** Whether sampling keeps the process alive. Default false. */
  readonly keepAlive?: boolean;
  /** Told of listeners that throw and of samples that fail. Default: says nothing. */
  readonly logger?: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Where readings come from. Default `readMemory`. */
  readonly probe?: () => MemoryReading;
}

/** The options with all defaults filled in. */
export interface MonitorSettings extends PressureRules {
  readonly intervalMs: Milliseconds;
  readonly configuredLimitBytes: Bytes | undefined;
  readonly limits: readonly LimitName[] | undefined;
  readonly pssEveryMs: Milliseconds;
  readonly collections: boolean;
  readonly loopDelay: boolean;
  readonly keepAlive: boolean;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly probe: () => MemoryReading;
}

const where = 'MemoryMonitor';
const defaultThresholds: PressureThresholds = { info: 0.7, warning: 0.8, critical: 0.9 };
const limitNames: readonly unknown[] = ['heap', 'cgroup', 'host', 'configured'] satisfies readonly LimitName[];

function number(expected: string, accepts: (value: number) => boolean): Rule {
  return { expected, accepts: (value) => typeof value === 'number' && accepts(value) };
}

const share = number('a number above 0, at most 1', (value) => value > 0 && value <= 1);
const rules: Readonly<Record<keyof MemoryMonitorOptions, Rule>> = {
  intervalMs: number('a number of milliseconds from 10 to 86 400 000', (value) => value >= 10 && value <= 86_400_000),
  thresholds: nested({ info: share, warning: share, critical: share }),
  hysteresis: number('a number from 0 to 0.5', (value) => value >= 0 && value <= 0.5),
  cooldownMs: number('a number of milliseconds, 0 or more', (value) => value >= 0),
  configuredLimitBytes: {
    expected: 'a whole number of bytes, 1 or more',
    accepts: (value) => bytes.accepts(value) && value !== 0,
  },
  limits: {
    expected: 'a list of one or more of "heap", "cgroup", "host", "configured"',
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.every((name) => limitNames.includes(name)),
  },
  pssEveryMs: number('0 or a number of milliseconds from 60 000', (value) => value === 0 || value >= 60_000),
  collections: aBoolean,
  loopDelay: aBoolean,
  keepAlive: aBoolean,
  logger: having('debug', 'info', 'warn', 'error'),
  clock: having('now', 'monotonic', 'schedule'),
  probe: aFunction,
};

function ascending(given: Partial<PressureThresholds> | undefined): PressureThresholds {
  const thresholds = { ...defaultThresholds, ...given };
  const { info, warning, critical } = thresholds;
  if (info <= warning && warning <= critical) return Object.freeze(thresholds);
  throw invalid(where, `\`thresholds\` must ascend: info ${info}, warning ${warning}, critical ${critical}`);
}

/** Throws WT_INVALID_OPTION. */
export function settingsOf(options: MemoryMonitorOptions = {}): MonitorSettings {
  checkOptions(where, options, rules);
  return Object.freeze({
    intervalMs: options.intervalMs ?? 1000,
    thresholds: ascending(options.thresholds),
    hysteresis: options.hysteresis ?? 0.05,
    cooldownMs: options.cooldownMs ?? 60_000,
    configuredLimitBytes: options.configuredLimitBytes,
    limits: options.limits === undefined ? undefined : Object.freeze([...options.limits]),
    pssEveryMs: options.pssEveryMs ?? 0,
    collections: options.collections ?? true,
    loopDelay: options.loopDelay ?? false,
    keepAlive: options.keepAlive ?? false,
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    probe: options.probe ?? readMemory,
  });
}
