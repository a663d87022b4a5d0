import { WatertightError } from '../kernel/errors.ts';

/** Value of `--max-pause-ms`. Throws WT_INVALID_OPTION. */
export function parseMilliseconds(value: string): number {
  const number = Number(value);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new WatertightError('WT_INVALID_OPTION', `--max-pause-ms takes a number of milliseconds above 0, not "${value}"`);
}
