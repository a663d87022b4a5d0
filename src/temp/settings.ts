import { WatertightError } from '../kernel/errors.ts';
import { aBoolean, aName, bytes, checkOptions } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { Bytes } from '../kernel/units.ts';

/** What holds for all temporary things of the process. */
export interface TempSettings {
  /** Where the owner's root is made. Default: the system's folder for temporary files. Only before the first use. */
  readonly directory?: string;
  /** What all temporary things of the process may take on disk together. 0, the default: no bound. */
  readonly quotaBytes?: Bytes;
  /** Whether the first use also removes what dead owners left, in the background. Default true. Only before the first use. */
  readonly sweep?: boolean;
}

const rules: Rules = { directory: aName, quotaBytes: bytes, sweep: aBoolean };

let current: TempSettings = {};
let inUse = false;

export function settings(): TempSettings {
  return current;
}

/** From now on the place is fixed. */
export function fixSettings(): void {
  inUse = true;
}

/**
 * Sets what is given and leaves the rest as it was. Throws WT_INVALID_OPTION, also for `directory` and `sweep` once something
 * temporary has been made.
 */
export function configureTemp(options: TempSettings): void {
  checkOptions('configureTemp', options, rules);
  if (inUse && (options.directory !== undefined || options.sweep !== undefined))
    throw new WatertightError(
      'WT_INVALID_OPTION',
      'configureTemp: `directory` and `sweep` must be set before the first temporary thing is made',
    );
  current = { ...current, ...options };
}
