import type { AgentClock } from './clock.ts';
import type { Natives } from './natives.ts';
import type { Recorder } from './recorder.ts';
import type { Rows } from './rows.ts';
import type { Sites } from './sites.ts';

/** Settings out of WATERTIGHT_OPTIONS. */
export interface AgentOptions {
  /** Whether the agent may force collections. */
  readonly gc: boolean;
  readonly mode: 'light' | 'hunt';
  /** Longest collection that may be forced. Default 50. */
  readonly maxPauseMs: number;
}

/** What the files of the agent share: made by the entry, handed to `more`. */
export interface Agent {
  readonly natives: Natives;
  readonly clock: AgentClock;
  readonly recorder: Recorder;
  readonly sites: Sites;
  readonly rows: Rows;
  readonly options: AgentOptions;
  readonly isMainThread: boolean;
  /** Called before the last records are written; `more` puts its own here. */
  beforeEnd: () => void;
  /** Runs the function; whatever it throws stays with us. */
  quietly(run: () => void): void;
}

export function parseOptions(text: string | undefined): AgentOptions {
  const values: Record<string, string> = {};
  for (const pair of (text || '').split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) values[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
  }
  const pause = Number(values['maxPauseMs']);
  return {
    gc: values['gc'] !== '0',
    mode: values['mode'] === 'light' ? 'light' : 'hunt',
    maxPauseMs: pause > 0 ? pause : 50,
  };
}

export function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // Nothing of ours may reach the program.
  }
}
