import type { Clock } from '../../kernel/clock/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { aBoolean, aName, checkOptions, having, milliseconds, wholeNumber } from '../../kernel/options.ts';
import type { Rules } from '../../kernel/options.ts';
import type { Milliseconds } from '../../kernel/units.ts';
import type { Monitor } from '../events.ts';

/** How a manager works. Keys and defaults are those of Central Quality Hub, in milliseconds. */
export interface ResourceCleanupManagerOptions {
  /** Whether resources are released by age from the start; else from `startMonitoring()` on. Default true. */
  readonly autoCleanup?: boolean;
  /** Least time between two looks for resources that are too old. The first is released on time. Default 60 000. */
  readonly cleanupIntervalMs?: Milliseconds;
  /** Age at which a resource is released that is not in use and not essential. Default 3 600 000; 0: none. */
  readonly maxResourceLifetimeMs?: Milliseconds;
  /** Calls of a cleanup that throws, with pauses of 1 s, 2 s and so on between them. 1 to 100. Default 3. */
  readonly maxCleanupAttempts?: number;
  /** Of its registry. Default `cleanup-manager`. */
  readonly name?: string;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Receives every event of its registry. */
  readonly monitor?: Monitor;
  /** pino, bunyan, console: `(fields, text)`. Default: silent. */
  readonly logger?: Logger;
}

/** The options with their defaults. */
export interface ManagerSettings {
  readonly autoCleanup: boolean;
  readonly cleanupIntervalMs: Milliseconds;
  readonly maxResourceLifetimeMs: Milliseconds;
  readonly maxCleanupAttempts: number;
}

const rules: Rules = {
  autoCleanup: aBoolean,
  cleanupIntervalMs: milliseconds,
  maxResourceLifetimeMs: milliseconds,
  maxCleanupAttempts: wholeNumber(1, 100),
  name: aName,
  clock: having('now', 'monotonic', 'schedule'),
  monitor: having('record'),
  logger: having('debug', 'info', 'warn', 'error'),
};

/** Of the same object in the original, and not of this one. */
const leakKeys: ReadonlySet<string> = new Set([
  'enable_leak_detection',
  'enableLeakDetection',
  'leak_check_interval',
  'leakCheckIntervalMs',
]);

/** What the original's leak detection answers here. */
export function noLeakDetection(where: string): WatertightError {
  const text = `${where}: leaks are judged from outside: run the program under \`watertight run\`, or compare two \`registry.snapshot()\` with \`diff\``;
  return new WatertightError('WT_NOT_AVAILABLE', text);
}

/** Throws WT_INVALID_OPTION; WT_NOT_AVAILABLE for the keys of the original's leak detection. */
export function managerSettings(options: ResourceCleanupManagerOptions): ManagerSettings {
  for (const key of Object.keys(options)) if (leakKeys.has(key)) throw noLeakDetection(`ResourceCleanupManager: \`${key}\``);
  checkOptions('ResourceCleanupManager', options, rules);
  return {
    autoCleanup: options.autoCleanup ?? true,
    cleanupIntervalMs: options.cleanupIntervalMs ?? 60_000,
    maxResourceLifetimeMs: options.maxResourceLifetimeMs ?? 3_600_000,
    maxCleanupAttempts: options.maxCleanupAttempts ?? 3,
  };
}
