import type { Clock } from '../../kernel/clock/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import { providedLeakWatch } from '../../kernel/leak-watch.ts';
import type { LeakWatch } from '../../kernel/leak-watch.ts';
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
  /** Whether `startMonitoring()`, and so `autoCleanup`, starts leak detection as well: WT_NOT_AVAILABLE unless `watertight/leak` is imported. Default false. */
  readonly enableLeakDetection?: boolean;
  /** Time between two looks of leak detection, unless it was made before: 100 ms to 1 day. Default 300 000. */
  readonly leakCheckIntervalMs?: Milliseconds;
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
  readonly enableLeakDetection: boolean;
  readonly leakCheckIntervalMs: Milliseconds | undefined;
}

const rules: Rules = {
  autoCleanup: aBoolean,
  cleanupIntervalMs: milliseconds,
  maxResourceLifetimeMs: milliseconds,
  maxCleanupAttempts: wholeNumber(1, 100),
  enableLeakDetection: aBoolean,
  leakCheckIntervalMs: wholeNumber(100, 86_400_000),
  name: aName,
  clock: having('now', 'monotonic', 'schedule'),
  monitor: having('record'),
  logger: having('debug', 'info', 'warn', 'error'),
};

/** The leak detection of this thread. Throws WT_NOT_AVAILABLE where `watertight/leak` was not imported: this part of the package may not load it. */
export function leakWatchFor(where: string, intervalMs?: Milliseconds): LeakWatch {
  const watch = providedLeakWatch(intervalMs);
  if (watch !== undefined) return watch;
  throw new WatertightError(
    'WT_NOT_AVAILABLE',
    `${where}: import 'watertight/leak' once, anywhere in the program; leak detection is there`,
  );
}

/** Throws WT_INVALID_OPTION. */
export function managerSettings(options: ResourceCleanupManagerOptions): ManagerSettings {
  checkOptions('ResourceCleanupManager', options, rules);
  return {
    autoCleanup: options.autoCleanup ?? true,
    cleanupIntervalMs: options.cleanupIntervalMs ?? 60_000,
    maxResourceLifetimeMs: options.maxResourceLifetimeMs ?? 3_600_000,
    maxCleanupAttempts: options.maxCleanupAttempts ?? 3,
    enableLeakDetection: options.enableLeakDetection ?? false,
    leakCheckIntervalMs: options.leakCheckIntervalMs,
  };
}
