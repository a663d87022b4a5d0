import { WatertightError } from '../kernel/errors.ts';
import { systemClock } from '../kernel/clock/index.ts';
import type { Bytes, Milliseconds } from '../kernel/units.ts';
import { rootIfMade } from './owner-root.ts';
import { settings } from './settings.ts';
import type { TempUsage } from './usage.ts';
import { usageOf } from './usage.ts';

/** Between two measurements what the functions of this folder write is added up; what others write waits for the next one. */
const measureEachMs: Milliseconds = 1_000;

let measuredMs = -Infinity;
let measured: Bytes = 0;

/** What all temporary things of this process take now, with those that are still being removed. Reads the whole tree. */
export function tempUsage(): TempUsage {
  const root = rootIfMade();
  const usage = root === undefined ? { bytes: 0, entries: 0 } : usageOf(root.path);
  measuredMs = systemClock.monotonic();
  measured = usage.bytes;
  return usage;
}

/** Throws WT_TEMP_QUOTA when so much more would be too much. Costs nothing without a quota. */
export function refuseOverQuota(where: string, moreBytes: Bytes): void {
  const { quotaBytes = 0 } = settings();
  if (quotaBytes === 0) return;
  if (systemClock.monotonic() - measuredMs > measureEachMs) tempUsage();
  if (measured + moreBytes <= quotaBytes) return;
  // Something may have been released since.
  const { bytes } = tempUsage();
  if (bytes + moreBytes <= quotaBytes) return;
  const wanted = moreBytes === 0 ? '' : ` and ${moreBytes} more are wanted`;
  throw new WatertightError(
    'WT_TEMP_QUOTA',
    `${where}: the temporary things of this process take ${bytes} bytes${wanted}; \`quotaBytes\` is ${quotaBytes}`,
  );
}

export function tookMore(bytes: Bytes): void {
  measured += bytes;
}

/** Throws WT_TEMP_QUOTA when what stands there takes more than the quota: for use while something big is being written. Measures at most once a second. */
export function checkTempQuota(): void {
  refuseOverQuota('checkTempQuota', 0);
}
