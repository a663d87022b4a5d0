import { constants } from 'node:os';
import type { Verdict } from '../wire/index.ts';
import { failOnStatus } from './assemble/fail-on.ts';
import type { FailOnRule } from './assemble/run-data.ts';
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

/** Of a program that is not ours to end: the status of the first rule of `--fail-on` that was hit, else 0. */
export function statusOfRules({ failOn }: Verdict): number {
  const hit = failOn.find((rule) => rule.hit);
  return hit === undefined ? 0 : failOnStatus(hit.rule as FailOnRule);
}
