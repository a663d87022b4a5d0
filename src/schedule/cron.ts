import { Cron } from 'croner';
import { isoTime } from '../kernel/clock/index.ts';
import { aName, checkOptions, invalid, shown } from '../kernel/options.ts';
import type { NextRun } from './words.ts';

/** How a cron pattern is read. */
export interface CronOptions {
  /** IANA name of the time zone whose clock the pattern means, such as `Europe/Berlin`. Default: that of the process. */
  readonly timeZone?: string;
}

/**
 * When a cron pattern says: five fields, or six with seconds first, or a nickname such as `@daily`. Follows daylight saving time as
 * croner does: a time that a day does not have runs right after the gap, one that it has twice runs once. Throws WT_INVALID_OPTION for
 * a pattern or time zone that croner does not know.
 */
export function cron(pattern: string, options: Readonly<CronOptions> = {}): NextRun {
  if (typeof pattern !== 'string') throw invalid('cron', `the pattern must be a string, got ${shown(pattern)}`);
  checkOptions('cron', options, { timeZone: aName });
  const runs = parse(pattern, options.timeZone);
  return ({ wallMs, last }) => {
    // After a small step back of the clock: what ran already does not run again.
    const from = last?.on === 'wall' ? Math.max(wallMs, last.ms) : wallMs;
    const next = runs.nextRun(isoTime(from));
    return next === null ? null : { on: 'wall', ms: next.getTime() };
  };
}

function parse(pattern: string, timeZone: string | undefined): Cron {
  try {
    const runs = new Cron(pattern, timeZone === undefined ? {} : { timezone: timeZone });
    // A time zone is looked at on first use only.
    runs.nextRun();
    return runs;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid('cron', `"${pattern}"${timeZone === undefined ? '' : ` in "${timeZone}"`}: ${why}`);
  }
}
