import { WatertightError } from '../kernel/errors.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };
const longestMs = 30 * 86_400_000;

/** `30s`, `1.5m`, `2h`, `500ms`; a plain number is seconds. In milliseconds. Throws WT_INVALID_OPTION. */
export function parseDuration(option: string, text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text.trim());
  const unit = units[found?.[2] === '' ? 's' : (found?.[2] ?? '')];
  const ms = unit === undefined ? Number.NaN : Math.round(Number(found?.[1]) * unit);
  if (ms > 0 && ms <= longestMs) return ms;
  throw new WatertightError('WT_INVALID_OPTION', `${option} takes a time like 30s, 5m or 1h (at most 30 days), not "${text}"`);
}
