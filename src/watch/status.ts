import { constants } from 'node:os';
import type { Verdict } from '../wire/index.ts';
import type { Ending } from './launch/launch.ts';
import type { WatchResult } from './watch-options.ts';

const reraised = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Our own status: the program's, or that of `--fail-on` where it ended with 0; death by signal is passed on as a shell passes it on. */
export function statusOf(ending: Ending, verdict: Verdict | null): WatchResult {
  if (ending.signal !== null) {
    const reraise = reraised.find((name) => name === ending.signal) ?? null;
    return { status: 128 + (constants.signals[ending.signal] ?? 0), reraise };
  }
  return { status: ending.code === 0 ? (verdict?.exitStatus ?? 0) : (ending.code ?? 125), reraise: null };
}
