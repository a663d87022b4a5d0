import type { Clock } from '../kernel/clock/index.ts';
import type { Voice } from './live/voice.ts';
import type { ProcessTable } from './platform/index.ts';
import type { WatchOptions } from './watch-options.ts';

/** What all steps of a watched run share. */
export interface Context {
  readonly options: WatchOptions;
  readonly clock: Clock;
  readonly voice: Voice;
  readonly table: ProcessTable;
  readonly startedAtMs: number;
  readonly oomKillsBefore: number | undefined;
  /** What went wrong while we looked: told at the end, once. */
  readonly failures: Set<string>;
}
