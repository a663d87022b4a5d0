import type { Clock } from '../kernel/clock/index.ts';
import { systemClock } from '../kernel/clock/index.ts';
import type { Logger } from '../kernel/logger.ts';
import { aName, anything, checkOptions, having, nested, oneOf, wholeNumber } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { Bytes } from '../kernel/units.ts';
import { scopeKind } from './disposal.ts';
import type { Monitor } from './events.ts';
import { Kind } from './kind.ts';
import type { Sampling } from './kind.ts';
import type { LedgerOptions } from './ledger.ts';
import type { RegistryPolicy } from './policy-options.ts';
import type { VerifyReleases } from './verify-words.ts';

/** How a registry is made: its name, its bounds, and who is told of its events. */
export interface RegistryOptions {
  /** Stands in events and messages. Default `registry-1` and so on. */
  readonly name?: string;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Receives every event. */
  readonly monitor?: Monitor;
  /** pino, bunyan, console: `(fields, text)`. Default: silent. */
  readonly logger?: Logger;
  /** How many resources it may hold, 1 to 16 000 000. Default 1 000 000. What comes beyond is refused and released. */
  readonly maxRows?: number;
  /** Keys of one resource's metadata, 0 to 1 000. Default 16. */
  readonly maxMetadataKeys?: number;
  /** Bytes of one resource's metadata, keys and values, 0 to 1 MiB. Default 1 024. */
  readonly maxMetadataBytes?: Bytes;
  /** Releases of the background queue that run at the same time, and of policies, and probes of `verifyAll()`. 1 to 10 000. Default 10. */
  readonly concurrency?: number;
  /** What is released by age, idleness or pressure. Default: only what kinds say (`maxLifetimeMs`, `maxIdleMs`). */
  readonly policy?: RegistryPolicy;
  /** Whether probes are asked after releases. Default `probed`. */
  readonly verifyReleases?: VerifyReleases;
  /** For scopes, what a kind says for other resources: the line of their creation, a report when one is dropped. Default `off`, both. */
  readonly scopes?: { readonly stack?: Sampling; readonly finalizer?: Sampling };
}

export const largestMaxRows = 16_000_000;
const sampling = oneOf('off', 'sampled', 'always');
const registryRules: Rules = {
  name: aName,
  clock: having('now', 'monotonic', 'schedule'),
  monitor: having('record'),
  logger: having('debug', 'info', 'warn', 'error'),
  maxRows: wholeNumber(1, largestMaxRows),
  maxMetadataKeys: wholeNumber(0, 1_000),
  maxMetadataBytes: wholeNumber(0, 2 ** 20),
  concurrency: wholeNumber(1, 10_000),
  policy: anything,
  verifyReleases: oneOf('off', 'probed', 'all'),
  scopes: nested({ stack: sampling, finalizer: sampling }),
};

let made = 0;

/** The options with their defaults. Throws WT_INVALID_OPTION. */
export function ledgerOptions(options: RegistryOptions): LedgerOptions {
  checkOptions('ResourceRegistry', options, registryRules);
  made += 1;
  return {
    name: options.name ?? `registry-${made}`,
    clock: options.clock ?? systemClock,
    monitor: options.monitor,
    logger: options.logger,
    maxRows: options.maxRows ?? 1_000_000,
    maxMetadataKeys: options.maxMetadataKeys ?? 16,
    maxMetadataBytes: options.maxMetadataBytes ?? 1_024,
    verifyReleases: options.verifyReleases ?? 'probed',
    scopeKind: scopeKindFor(options.scopes),
  };
}

function scopeKindFor(scopes: RegistryOptions['scopes']): Kind {
  if (scopes === undefined) return scopeKind;
  return new Kind(
    { type: 'scope', releaseTimeoutMs: 0, stack: scopes.stack ?? 'off', finalizer: scopes.finalizer ?? 'off' },
    'scope',
  );
}
