import type { Milliseconds } from '../../kernel/units.ts';

/** What ends a run before its program ends by itself. */
export interface EarlyOptions {
  /** The program is stopped after this time. */
  readonly durationMs?: Milliseconds;
  /** The program is stopped once all of its threads have done nothing for ten seconds. */
  readonly untilIdle?: boolean;
  /** A command that runs beside the program, from when it listens. Without the others, the program is stopped soon after its end. */
  readonly load?: string;
}
