import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock } from '../../kernel/clock/index.ts';
import { systemClock } from '../../kernel/clock/index.ts';
import type { RunData } from '../assemble/run-data.ts';
import { RunTail } from '../data/run-tail.ts';
import { ownerKey } from '../data/thread-data.ts';
import type { ThreadData } from '../data/thread-data.ts';
import { dataFileSuffix } from '../../wire/index.ts';
import { readRunFile } from '../places/run-file.ts';
import type { RunFile } from '../places/run-file.ts';
import type { ProcessId, ProcessTable } from '../platform/index.ts';
import { isRunning, systemProcessTable } from '../platform/index.ts';
import { readStayed } from '../snapshots/stayed-file.ts';

/** From another machine boot or pid namespace nothing is known of a process: what wrote nothing for this long is taken for dead. */
const silentMs = 60_000;

/** Whether a folder holds live data of a run. */
export function holdsRunData(directory: string): boolean {
  try {
    return readdirSync(directory).some((name) => name.endsWith(dataFileSuffix) || name === 'run.json');
  } catch {
    return false;
  }
}

/** The run file, or one made up from what the data files tell: it may be missing or damaged. */
function runOf(directory: string, threads: readonly ThreadData[], now: number): RunFile {
  const written = readRunFile(directory);
  if (written !== undefined) return written;
  const first = threads.toSorted((a, b) => a.header.t0 - b.header.t0)[0]?.header;
  return {
    version: 1,
    id: basename(directory),
    command: first?.argv ?? [],
    cwd: first?.cwd ?? directory,
    startedAtMs: first?.t0 ?? now,
    mode: 'hunt',
    options: {},
    reportRoot: directory,
    supervisor: { pid: 0, start: 0 },
    program: first === undefined ? null : { pid: first.pid, start: first.start },
    space: null,
    limits: [],
    end: null,
  };
}

export interface PastRun {
  readonly directory: string;
  readonly data: RunData;
  /** Its supervisor still runs and will report by itself. */
  readonly supervised: boolean;
  /** Processes of it still run. */
  readonly running: boolean;
  readonly lastWriteMs: number;
}

function aliveIn(table: ProcessTable, run: RunFile, tail: RunTail, now: number): (id: ProcessId) => boolean {
  const sameSpace = run.space === null || run.space === (table.space ?? null);
  const fresh = now - tail.lastWriteMs < silentMs;
  return (id) => id.pid > 0 && (sameSpace ? isRunning(table, id) : fresh);
}

/** Reads what a run directory tells, whether its run goes on, has ended or died. Never throws for what it finds in there. */
export function readRun(directory: string, options: { readonly clock?: Clock; readonly table?: ProcessTable } = {}): PastRun {
  const now = (options.clock ?? systemClock).now();
  const table = options.table ?? systemProcessTable();
  const tail = new RunTail(directory);
  tail.poll();
  const { threads } = tail;
  const run = runOf(directory, threads, now);
  const alive = aliveIn(table, run, tail, now);
  const running = new Set(threads.filter((thread) => alive(thread.header)).map(ownerKey));
  const goesOn = running.size > 0 || (run.program !== null && run.end === null && alive(run.program));
  const lastMs = Math.max(run.startedAtMs, ...threads.map((thread) => thread.header.t0 + thread.lastMs));
  return {
    directory,
    supervised: run.end === null && alive(run.supervisor) && run.supervisor.pid !== run.program?.pid,
    running: goesOn,
    lastWriteMs: tail.lastWriteMs,
    data: {
      run,
      threads,
      unreadable: tail.unreadable,
      asOfMs: run.end?.atMs ?? (goesOn ? now : lastMs),
      running,
      parents: new Map(),
      lastRss: new Map(),
      notWatched: [],
      leftProcesses: [],
      stillThere: existsSync,
      stayed: readStayed(directory),
      supervisor: null,
      failOn: [],
    },
  };
}
