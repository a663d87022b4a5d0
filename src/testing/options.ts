import { defaultRegistry } from '../core/index.ts';
import { systemClock } from '../kernel/clock/index.ts';
import { aBoolean, aFunction, anArray, checkOptions, having, milliseconds } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { LeakCheckOptions } from './words.ts';

const rules: Rules = {
  handles: aBoolean,
  lines: aBoolean,
  processes: aBoolean,
  tempDirs: aBoolean,
  registries: anArray,
  settleMs: milliseconds,
  ignore: aFunction,
  clock: having('now', 'monotonic', 'schedule'),
};

/** The options with their defaults. Throws WT_INVALID_OPTION. */
export function checkSettings(where: string, options: LeakCheckOptions): Required<LeakCheckOptions> {
  checkOptions(where, options, rules);
  return {
    handles: options.handles ?? true,
    lines: options.lines ?? true,
    processes: options.processes ?? true,
    tempDirs: options.tempDirs ?? true,
    registries: options.registries ?? [defaultRegistry()],
    settleMs: options.settleMs ?? 2_000,
    ignore: options.ignore ?? (() => false),
    clock: options.clock ?? systemClock,
  };
}
