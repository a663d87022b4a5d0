import type { Clock } from '../kernel/clock/index.ts';
import type { Report } from '../wire/index.ts';
import type { Milliseconds } from '../kernel/units.ts';
import type { EarlyOptions } from './early/early-options.ts';
import type { FailOnRule } from './assemble/run-data.ts';

export interface WatchOptions extends EarlyOptions {
  /** Program and arguments; at least the program. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly mode: 'light' | 'hunt';
  /** False: the agent forces no collections. */
  readonly forcedCollections: boolean;
  /** False: allocations are never sampled. */
  readonly sampling: boolean;
  /** Longest collection that may be forced; default 500. */
  readonly maxPauseMs?: Milliseconds;
  /** Functions are not built into their callers, so that samples name the right one. */
  readonly exactLines: boolean;
  /** Nothing of ours on any descriptor. */
  readonly quiet: boolean;
  /** Our lines go to this file. */
  readonly log?: string;
  /** Folder that receives `<run>/report.json` and `.html`. */
  readonly reportRoot: string;
  /** False: no HTML report. */
  readonly html: boolean;
  /** Writes the JSON report to this file as well. */
  readonly jsonFile?: string;
  /** Writes the report as JUnit XML, as SARIF, to these files. */
  readonly junitFile?: string;
  readonly sarifFile?: string;
  /** Ends processes that the program left behind. */
  readonly reap: boolean;
  readonly failOn: readonly FailOnRule[];
  /** Takes three heap snapshots at the first suspicion. */
  readonly snapshots?: boolean;
  /** An earlier report: only what is new or worse against it counts for `failOn`. */
  readonly baseline?: Baseline;
  readonly clock?: Clock;
}

/** An earlier report, and the file as it was named. */
export interface Baseline {
  readonly file: string;
  readonly report: Report;
}

/** How the supervisor shall end. */
export interface WatchResult {
  readonly status: number;
  /** The program died of this signal, and the supervisor shall as well. */
  readonly reraise: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | null;
}
