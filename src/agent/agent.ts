import type { AgentClock } from './clock.ts';
import type { Natives } from './natives.ts';
import type { Recorder } from './recorder.ts';
import type { Rows } from './rows.ts';
import type { Sites } from './sites.ts';

/** What the files of the agent share: made by the entry, handed to `more`. */
export interface Agent {
  readonly natives: Natives;
  readonly clock: AgentClock;
  readonly recorder: Recorder;
  readonly sites: Sites;
  readonly rows: Rows;
  readonly isMainThread: boolean;
  /** Called before the last records are written; `more` puts its own here. */
  beforeEnd: () => void;
  /**
   * What has to be undone when an agent that was attached is told to stop: whoever starts something that runs by itself adds
   * its stop. Undefined in a preloaded one, which stops with its program.
   */
  readonly stops?: (() => void)[];
  /** Runs the function; whatever it throws stays with us. */
  quietly(run: () => void): void;
}

export function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // Nothing of ours may reach the program.
  }
}
