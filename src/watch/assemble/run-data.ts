import type { UnreadableFile } from '../data/run-tail.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { Severity } from '../../wire/index.ts';
import type { RunFile } from '../places/run-file.ts';
import type { Stayed } from '../snapshots/stayed-file.ts';

export interface NotWatched {
  readonly pid: number | null;
  readonly command: string;
  readonly why: string;
}

/** What a process left behind, before it is told in the report. */
export interface LeftProcess {
  readonly pid: number;
  readonly what: string;
  readonly proof: string;
  readonly removed: boolean;
}

/** All that is known of a run: its data files and what its supervisor saw. */
export interface RunData {
  readonly run: RunFile;
  readonly threads: readonly ThreadData[];
  readonly unreadable: readonly UnreadableFile[];
  /** Milliseconds since the epoch up to which the data tell: the end of the run, else the last record, else now. */
  readonly asOfMs: number;
  /** Keys (`pid.start`) of processes that still run. */
  readonly running: ReadonlySet<string>;
  /** Parents seen while the run was watched, also of processes without data. */
  readonly parents: ReadonlyMap<number, number>;
  /** Resident memory of processes when it was last read from outside, by pid. */
  readonly lastRss: ReadonlyMap<number, number>;
  readonly notWatched: readonly NotWatched[];
  readonly leftProcesses: readonly LeftProcess[];
  /** Whether a path that the program made is still there. */
  readonly stillThere: (path: string) => boolean;
  /** What the supervisor itself used; null in a report made from the files alone. */
  readonly supervisor: { readonly cpuMs: number; readonly rssBytes: number } | null;
  /** What three snapshots told, where they were taken. */
  readonly stayed?: Stayed | null;
  /** Rules of `--fail-on`, in the order given. */
  readonly failOn: readonly FailOnRule[];
}

export type FailOnRule = 'leak' | `leak:${Severity}` | 'suspect' | 'open-handles' | 'left-processes';
