import { existsSync } from 'node:fs';
import type { Clock } from '../kernel/clock/index.ts';
import type { RunData } from './assemble/run-data.ts';
import { RunTail } from './data/run-tail.ts';
import { ownerKey } from './data/thread-data.ts';
import { RssWatch } from './live/rss-watch.ts';
import { unwatchedRuntimes } from './live/unwatched.ts';
import type { ProcessTree } from '../kernel/processes/index.ts';
import type { RunFile } from './places/run-file.ts';
import { writeRunFile } from './places/run-file.ts';
import type { ProcessTable } from './platform/index.ts';
import { isRunning } from './platform/index.ts';
import { readStayed } from './snapshots/stayed-file.ts';

/** A run that is being watched: its directory, what its files say, and the processes it consists of. */
export class Session {
  readonly directory: string;
  readonly tail: RunTail;
  readonly tree: ProcessTree;
  readonly table: ProcessTable;
  readonly clock: Clock;
  /** Resident memory, read from outside. */
  readonly rss: RssWatch;
  #run: RunFile;

  constructor(options: { directory: string; run: RunFile; tree: ProcessTree; table: ProcessTable; clock: Clock }) {
    this.directory = options.directory;
    this.tail = new RunTail(options.directory);
    this.tree = options.tree;
    this.table = options.table;
    this.clock = options.clock;
    this.rss = new RssWatch(options.table, options.clock, () => this.#pids());
    this.#run = options.run;
  }

  get run(): RunFile {
    return this.#run;
  }

  /** Keeps the change and writes it down; what cannot be written is still known here. */
  update(change: Partial<RunFile>): void {
    this.#run = { ...this.#run, ...change };
    try {
      writeRunFile(this.directory, this.#run);
    } catch {
      // A full disk: the report is assembled from what is known here.
    }
  }

  poll(): void {
    this.tail.poll();
    this.tree.poll();
  }

  #pids(): readonly number[] {
    const pids = new Set(this.tail.threads.filter((thread) => thread.end === null).map((thread) => thread.header.pid));
    if (this.#run.program) pids.add(this.#run.program.pid);
    return [...pids];
  }
}

type Findings = Pick<RunData, 'leftProcesses' | 'failOn' | 'supervisor'>;

const nothingFound: Findings = { leftProcesses: [], failOn: [], supervisor: null };

/** All that is known of a run now. */
export function sessionData(session: Session, findings: Findings = nothingFound): RunData {
  const { run, tail, table, tree } = session;
  const running = tail.threads.filter((thread) => isRunning(table, thread.header)).map(ownerKey);
  return {
    run,
    threads: tail.threads,
    unreadable: tail.unreadable,
    asOfMs: run.end?.atMs ?? session.clock.now(),
    running: new Set(running),
    parents: tree.parents(),
    lastRss: session.rss.last,
    notWatched: unwatchedRuntimes(tree, tail.threads),
    stillThere: existsSync,
    stayed: readStayed(session.directory),
    ...findings,
  };
}
