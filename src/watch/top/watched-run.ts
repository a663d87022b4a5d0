import { existsSync } from 'node:fs';
import type { Clock } from '../../kernel/clock/index.ts';
import type { Report } from '../../wire/index.ts';
import { assembleReport } from '../assemble/report.ts';
import type { RunData } from '../assemble/run-data.ts';
import { RunTail } from '../data/run-tail.ts';
import { ownerKey } from '../data/thread-data.ts';
import type { ThreadData } from '../data/thread-data.ts';
import { readRunFile } from '../places/run-file.ts';
import type { RunFile } from '../places/run-file.ts';
import type { ProcessTable } from '../platform/index.ts';
import { isRunning } from '../platform/index.ts';
import { realDisk } from '../sites/disk.ts';
import type { Disk } from '../sites/disk.ts';

const reportEveryMs = 2_000;
/** Assembling a report may take this share of our own time. */
const share = 0.2;

/** Files are read once per run: sources do not change under a program that runs. */
function remembering(disk: Disk): Disk {
  const known = new Map<string, string | undefined>();
  return {
    read(path) {
      if (!known.has(path)) known.set(path, disk.read(path));
      return known.get(path);
    },
  };
}

/** A run that goes on, followed by its data files alone: the program and its supervisor notice nothing. */
export class WatchedRun {
  readonly directory: string;
  readonly #tail: RunTail;
  readonly #clock: Clock;
  readonly #table: ProcessTable;
  readonly #disk = remembering(realDisk);
  #run: RunFile | undefined;
  #report: Report | undefined;
  #nextReportMs = 0;

  constructor(directory: string, clock: Clock, table: ProcessTable) {
    this.directory = directory;
    this.#tail = new RunTail(directory);
    this.#clock = clock;
    this.#table = table;
  }

  /** Reads what is new. */
  poll(): void {
    this.#tail.poll();
    this.#run = readRunFile(this.directory) ?? this.#run;
  }

  get run(): RunFile | undefined {
    return this.#run;
  }

  /** Threads that run now. */
  get threads(): readonly ThreadData[] {
    return this.#tail.threads.filter(({ header, end, detached }) => end === null && !detached && isRunning(this.#table, header));
  }

  /** As of a few seconds ago at most; undefined before there is anything to tell. */
  get report(): Report | undefined {
    const now = this.#clock.monotonic();
    if (now < this.#nextReportMs) return this.#report;
    const data = this.#data();
    if (data !== undefined) this.#report = assembleReport(data, this.#disk);
    const tookMs = this.#clock.monotonic() - now;
    this.#nextReportMs = now + Math.max(reportEveryMs, tookMs / share);
    return this.#report;
  }

  #data(): RunData | undefined {
    const run = this.#run;
    const { threads } = this.#tail;
    if (run === undefined || threads.length === 0) return undefined;
    return {
      run,
      threads,
      unreadable: this.#tail.unreadable,
      asOfMs: this.#clock.now(),
      running: new Set(this.threads.map(ownerKey)),
      parents: new Map(),
      lastRss: new Map(),
      notWatched: [],
      leftProcesses: [],
      stillThere: existsSync,
      supervisor: null,
      failOn: [],
    };
  }
}
