import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ManualClock } from '../../src/kernel/clock/index.ts';
import { assembleReport } from '../../src/watch/assemble/report.ts';
import { deathLine } from '../../src/watch/past/previous.ts';
import { readRun } from '../../src/watch/past/read-run.ts';
import { keptMs, removeStaleRuns } from '../../src/watch/past/stale.ts';
import { writeRunFile } from '../../src/watch/places/run-file.ts';
import type { RunFile } from '../../src/watch/places/run-file.ts';
import type { ProcessTable } from '../../src/watch/platform/index.ts';
import { encodeHeader, encodeRecord } from '../../src/wire/index.ts';
import type { WireRecord } from '../../src/wire/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { header, megabyte, runFile, sample, startedAtMs } from './made-up.ts';

/** A machine on which only these processes run. */
function tableOf(running: Readonly<Record<number, number>>, space = 'boot 1'): ProcessTable {
  const read = (pid: number) => (pid in running ? { pid, start: running[pid] ?? 0, parent: 1, zombie: false } : undefined);
  return {
    available: true,
    read,
    list: () => [],
    childrenOf: () => [],
    command: () => [],
    carries: () => undefined,
    session: () => undefined,
    rssBytes: () => undefined,
    pssBytes: () => undefined,
    space,
  };
}

function makeRun(root: string, records: readonly WireRecord[], changes: Partial<RunFile> = {}): string {
  const directory = join(root, '2026-11-21-093012');
  mkdirSync(directory, { recursive: true });
  writeRunFile(directory, runFile({ space: 'boot 1', ...changes }));
  writeFileSync(
    join(directory, '4711-900-0.wt'),
    encodeHeader(header()) + records.map((record) => encodeRecord(record)).join(''),
  );
  return directory;
}

const limits = [{ name: 'cgroup' as const, bytes: 256 * megabyte, source: 'memory.max' }];
const clock = (now = startedAtMs + 3_600_000) => new ManualClock({ startMs: now });

test('of a dead run it is told where memory stood, that it grew, and how it ended', () => {
  const growing = Array.from({ length: 40 }, (_, index): WireRecord => [
    'g',
    2000 + index * 2000,
    'f',
    4000,
    (20 + index * 3) * megabyte,
    megabyte,
  ]);
  const directory = makeRun(tempFolder(), [...growing, sample(82_000, { rss: 250 * megabyte, heap: 140 * megabyte })], {
    limits,
  });
  const past = readRun(directory, { clock: clock(), table: tableOf({}) });
  expect([past.running, past.supervised]).toEqual([false, false]);
  expect(deathLine(past, assembleReport(past.data))).toMatch(
    /^previous run \(2026-11-21-093012\) died at 250 MB of 256 MB \(container\): it grew 90 MB\/min; it ran out of memory \(SIGKILL\); rss was 250 MB of 256 MB \(container\)$/,
  );
});

test('a program whose number another process has now does not run any more', () => {
  const directory = makeRun(tempFolder(), [sample(1000)]);
  expect(readRun(directory, { clock: clock(), table: tableOf({ 4711: 5000 }) }).running).toBe(false);
  expect(readRun(directory, { clock: clock(), table: tableOf({ 4711: 900 }) }).running).toBe(true);
});

test('from another boot or namespace a pid says nothing: what still writes is taken for alive', () => {
  const directory = makeRun(tempFolder(), [sample(1000)]);
  const written = clock(Date.now());
  const other = tableOf({ 4711: 900 }, 'boot 2');
  expect(readRun(directory, { clock: written, table: other }).running).toBe(true);
  expect(readRun(directory, { clock: clock(Date.now() + 120_000), table: other }).running).toBe(false);
});

test('while its supervisor lives a run is its own to tell', () => {
  const directory = makeRun(tempFolder(), [sample(1000)]);
  expect(readRun(directory, { clock: clock(), table: tableOf({ 4700: 899 }) }).supervised).toBe(true);
});

test('data of dead runs go after a week, those of others never', () => {
  const root = tempFolder();
  const directory = makeRun(root, [sample(1000)]);
  const foreign = join(root, 'notes');
  mkdirSync(foreign);
  const longAgo = new Date(Date.now() - 2 * keptMs);
  for (const path of [directory, join(directory, '4711-900-0.wt'), foreign]) utimesSync(path, longAgo, longAgo);
  const env = { WATERTIGHT_DIR: root };
  removeStaleRuns(env, clock(Date.now()), tableOf({ 4711: 900 }));
  expect(existsSync(directory)).toBe(true);
  removeStaleRuns(env, clock(Date.now()), tableOf({}));
  expect(existsSync(directory)).toBe(false);
  expect(existsSync(foreign)).toBe(true);
});
