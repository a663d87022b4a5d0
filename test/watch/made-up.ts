import { ThreadData } from '../../src/watch/data/thread-data.ts';
import type { RunData } from '../../src/watch/assemble/run-data.ts';
import type { RunFile } from '../../src/watch/places/run-file.ts';
import type { SurvivorSeries } from '../../src/leak/index.ts';
import type { SampleRecord, ThreadHeader, WireRecord } from '../../src/wire/index.ts';

export const megabyte = 1024 * 1024;
export const startedAtMs = Date.UTC(2026, 10, 21, 9, 30, 12);

export function header(changes: Partial<ThreadHeader> = {}): ThreadHeader {
  return {
    wt: 1,
    pid: 4711,
    start: 900,
    tid: 0,
    thread: 'main',
    name: null,
    ppid: 4700,
    node: 'v20.20.2',
    platform: 'linux',
    argv: ['/usr/bin/node', '/app/server.js'],
    execArgv: [],
    cwd: '/app',
    t0: startedAtMs,
    heapLimitBytes: 256 * megabyte,
    ...changes,
  };
}

export function thread(records: readonly WireRecord[], changes: Partial<ThreadHeader> = {}): ThreadData {
  const made = new ThreadData(header(changes));
  for (const record of records) made.apply(record);
  return made;
}

type SampleChanges = { rss?: number; heap?: number; external?: number; arrayBuffers?: number; active?: number };

export function sample(tMs: number, changes: SampleChanges = {}): SampleRecord {
  const { rss = 60 * megabyte, heap = 10 * megabyte, external = megabyte, arrayBuffers = 0, active = 500 } = changes;
  return ['s', tMs, rss, heap, heap + megabyte, external, arrayBuffers, 20, tMs * 100, tMs, active, null];
}

export function runFile(changes: Partial<RunFile> = {}): RunFile {
  return {
    version: 1,
    id: '2026-11-21-093012',
    command: ['node', 'server.js'],
    cwd: '/app',
    startedAtMs,
    mode: 'hunt',
    options: {},
    reportRoot: '/app/.watertight',
    supervisor: { pid: 4700, start: 899 },
    program: { pid: 4711, start: 900 },
    space: null,
    limits: [],
    end: null,
    ...changes,
  };
}

export function ended(code: number | null, signal: string | null = null, atMs = startedAtMs + 60_000): RunFile['end'] {
  return { atMs, code, signal, oomKills: 0 };
}

export function runData(threads: readonly ThreadData[], changes: Partial<RunData> = {}): RunData {
  const run = changes.run ?? runFile();
  return {
    run,
    threads,
    unreadable: [],
    asOfMs: run.end?.atMs ?? startedAtMs + 60_000,
    running: new Set(),
    parents: new Map(),
    lastRss: new Map(),
    notWatched: [],
    leftProcesses: [],
    stillThere: () => false,
    supervisor: null,
    failOn: [],
    ...changes,
  };
}

/** A disk of these files only. */
export function diskOf(files: Readonly<Record<string, string>>): { read(path: string): string | undefined } {
  return { read: (path) => files[path] };
}

/** A series as the agent writes it down. */
export function recordsOf(series: SurvivorSeries, window = 1, why = 'hunt'): readonly WireRecord[] {
  return [
    ['w', 0, 'start', window, series.intervalBytes, why],
    ...series.functions.map(({ name, url, line, column }, index): WireRecord => ['F', index + 1, name, url, line, column]),
    ...series.stacks.map(({ parent, frame }, index): WireRecord => ['t', index + 1, parent + 1, frame + 1]),
    ...series.polls.map(({ tMs, clock, heapUsedBytes, externalBytes, born, died }): WireRecord => {
      const flat = born.flatMap(({ stack, ordinal, bytes }) => [stack + 1, ordinal, bytes]);
      // Buffers lie outside of the heap.
      const external = why === 'buffers' ? heapUsedBytes : externalBytes;
      return ['p', tMs, window, clock, heapUsedBytes, external, 5_000, flat, died];
    }),
  ];
}
