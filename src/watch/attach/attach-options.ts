import type { Clock } from '../../kernel/clock/index.ts';
import type { FailOnRule } from '../assemble/run-data.ts';

export interface AttachOptions {
  readonly pid: number;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly mode: 'light' | 'hunt';
  /** False: the agent forces no collections. */
  readonly forcedCollections: boolean;
  /** False: no allocations are sampled. */
  readonly sampling: boolean;
  /** No collection is forced that is expected to take longer. */
  readonly maxPauseMs?: number;
  readonly quiet: boolean;
  /** Our lines go to this file. */
  readonly log?: string;
  /** Folder that receives `<run>/report.json` and `.html`. */
  readonly reportRoot: string;
  readonly html: boolean;
  /** Writes the JSON report to this file as well. */
  readonly jsonFile?: string;
  /** Detaches after this time; undefined: when told to, or when the program ends. */
  readonly durationMs?: number;
  /** What is judged when the watch is over. */
  readonly failOn: readonly FailOnRule[];
  /** Sends the signal also where the program has, or may have, a handler of its own. */
  readonly force: boolean;
  /** How long the program may take to answer. */
  readonly timeLimitMs: number;
  readonly clock?: Clock;
}
