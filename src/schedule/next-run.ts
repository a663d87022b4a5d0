import { invalid, milliseconds, shown } from '../kernel/options.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { NextRun } from './words.ts';

/** Once, so long from now, whatever happens to the system's clock. 0: as soon as possible. Throws WT_INVALID_OPTION. */
export function after(delayMs: Milliseconds): NextRun {
  finite('after', delayMs, 0);
  return ({ monotonicMs, last }) => (last === null ? { on: 'monotonic', ms: monotonicMs + delayMs } : null);
}

/** Once, at a time of the system's clock (milliseconds since 1970); at once when that is past. Throws WT_INVALID_OPTION. */
export function at(wallMs: Milliseconds): NextRun {
  finite('at', wallMs, 0);
  return ({ last }) => (last === null ? { on: 'wall', ms: wallMs } : null);
}

/**
 * Again and again, on a grid: the n-th run is due n intervals from now, however long each run takes and whatever happens to the system's
 * clock. Points of the grid that passed unseen (a blocked event loop, a machine that slept) are one late run, not many.
 * Throws WT_INVALID_OPTION for less than 1 ms.
 */
export function every(intervalMs: Milliseconds): NextRun {
  finite('every', intervalMs, 1);
  return ({ monotonicMs, last }) => {
    const from = last ?? { ms: monotonicMs };
    const passed = Math.max(0, Math.floor((monotonicMs - from.ms) / intervalMs));
    return { on: 'monotonic', ms: from.ms + (passed + 1) * intervalMs };
  };
}

function finite(where: string, value: Milliseconds, least: number): void {
  if (milliseconds.accepts(value) && Number.isFinite(value) && value >= least) return;
  throw invalid(where, `must be a finite number of milliseconds, ${least} or more, got ${shown(value)}`);
}
