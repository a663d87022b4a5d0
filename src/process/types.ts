import type { Bytes, Milliseconds } from '../kernel/units.ts';

/** How the first process of a tree ended. */
export interface ProcessEnd {
  /** Null after a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One process of an owned tree, proved by more than its number. */
export interface TreeProcess {
  readonly pid: number;
  /** Clock ticks since boot: with the pid it names one process for ever. */
  readonly start: number;
  readonly parent: number;
  readonly command: readonly string[];
  /** How it is known to be of the tree: started here, a descendant, the mark, the session. */
  readonly proof: string;
}

/** What a tree uses. */
export interface TreeMemory {
  readonly processes: number;
  /** Sum over all processes; pages that they share count once for each, so it is too high (2 to 4 times for browsers). */
  readonly rssBytes: Bytes;
  /** Proportional, the true sum. Null when it was not asked for, or of one process could not be read. */
  readonly pssBytes: Bytes | null;
}

/** How a stop went. */
export interface StopReport {
  /** Nothing runs any more, and nothing that has ended waits to be asked for its status by this process. */
  readonly ok: boolean;
  /** How many processes were told to end. */
  readonly signalled: number;
  /** How many of them had to be killed. */
  readonly killed: number;
  /** What still runs: processes of another user, or in an uninterruptible wait. */
  readonly left: readonly TreeProcess[];
  /**
   * Ended, but not yet reaped by the first process of the system, which has adopted them. They hold nothing but their number; where that
   * process never reaps (a container without an init) they pile up.
   */
  readonly zombies: readonly TreeProcess[];
  readonly durationMs: Milliseconds;
}

/** What watches over the trees of this process in case it is killed. `off`: nothing does. */
export type ReaperMode = 'sh' | 'node' | 'off';
