import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock, until } from '../../src/kernel/clock/index.ts';
import type { StayedClass } from '../../src/snapshot/index.ts';
import { SiteTable } from '../../src/watch/sites/site-table.ts';
import type { WatchedProcess } from '../../src/watch/assemble/process-group.ts';
import { analysisVariable } from '../../src/watch/snapshots/analyse-apart.ts';
import { withHolders } from '../../src/watch/snapshots/holders.ts';
import { SnapshotsOnSuspicion } from '../../src/watch/snapshots/on-suspicion.ts';
import { readStayed, writeStayed } from '../../src/watch/snapshots/stayed-file.ts';
import type { Finding } from '../../src/wire/index.ts';
import { root, testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { diskOf, thread } from './made-up.ts';

process.env[analysisVariable] = join(root, 'dist/watch/snapshots/analysis-child.js');

const soon = { withinMs: 20_000, stepMs: 20 };
const long = { timeout: 120_000 };

interface Watched {
  readonly child: ChildProcess;
  readonly directory: string;
  readonly thread: { readonly pid: number; readonly start: number; readonly tid: number };
  readonly ended: Promise<unknown>;
}

async function watched(source: string): Promise<Watched> {
  const directory = tempFolder();
  const env = {
    ...process.env,
    WATERTIGHT_RUN: directory,
    WATERTIGHT_OPTIONS: '',
    NODE_OPTIONS: `--require ${join(root, 'dist/agent/entry.cjs')}`,
  };
  const child = spawn(testNode, ['-e', source], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const files = () => readdirSync(directory).filter((name) => name.endsWith('.wt'));
  expect(await until(systemClock, () => files().length > 0, soon)).toBe(true);
  const [pid = 0, start = 0, tid = 0] = files()[0]!.slice(0, -3).split('-').map(Number);
  return { child, directory, thread: { pid, start, tid }, ended };
}

const leaking =
  'class Session { constructor(id) { this.id = id } }; globalThis.sessions = new Map(); let n = 0; setInterval(() => { for (let i = 0; i < 5; i += 1) { n += 1; sessions.set(n, new Session(n)) } }, 5)';

describe('three snapshots at a suspicion', () => {
  test('tell who holds what stayed, keep the last file, and let the program go on', long, async () => {
    const { child, directory, thread: asked, ended } = await watched(leaking);
    const folder = join(tempFolder(), 'report');
    const said: string[] = [];
    const snapshots = new SnapshotsOnSuspicion({
      directory,
      folder,
      clock: systemClock,
      say: (text) => said.push(text),
      gapMs: 300,
    });
    snapshots.start(asked);
    snapshots.start(asked);
    expect(await until(systemClock, () => readStayed(directory) !== null, { withinMs: 90_000, stepMs: 50 })).toBe(true);
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    await ended;
    await snapshots.finish();
    const [session] = readStayed(directory)!.classes;
    expect(session).toMatchObject({ name: 'Session' });
    expect(session!.paths[0]!.heldBy.map(({ label }) => label).slice(-2)).toEqual(['sessions: Map', 'Session']);
    expect(readdirSync(folder)).toEqual([`${asked.pid}-3.heapsnapshot`]);
    expect(said[0]).toMatch(/^taking 3 heap snapshots; each stops the program for about/);
    expect(said.slice(1, 4).every((line, at) => line.startsWith(`snapshot ${at + 1} of 3: the program stood still for`))).toBe(
      true,
    );
    expect(said.slice(4)).toEqual([expect.stringContaining('the last one is kept')]);
  });

  test('say so when the program ends in between, and leave no file', long, async () => {
    const { child, directory, thread: asked, ended } = await watched(leaking);
    const folder = join(tempFolder(), 'report');
    const said: string[] = [];
    const snapshots = new SnapshotsOnSuspicion({
      directory,
      folder,
      clock: systemClock,
      say: (text) => said.push(text),
      gapMs: 60_000,
    });
    snapshots.start(asked);
    expect(await until(systemClock, () => said.length >= 2, { withinMs: 60_000, stepMs: 20 })).toBe(true);
    child.kill('SIGKILL');
    await ended;
    await snapshots.finish();
    expect(said.at(-1)).toBe('the program ended after 1 snapshot of 3: who holds what stayed cannot be told');
    expect(readdirSync(folder)).toEqual([]);
    expect(readStayed(directory)).toBeNull();
  });

  test('are not begun where nothing was suspected', async () => {
    const snapshots = new SnapshotsOnSuspicion({ directory: '/none', folder: '/none', clock: systemClock, say: () => undefined });
    await snapshots.finish();
  });
});

const at = (line: number) => ({ file: '/app/server.js', line, column: 3 });

function stayedClass(name: string, line: number | null): StayedClass {
  const node = { id: 7, type: 'object', name, selfBytes: 16, retainedBytes: 64, at: line === null ? null : at(line) };
  const heldBy = [
    { label: 'sessions: Map', at: null },
    { label: '(closure) remember', at: at(40) },
    { label: name, at: null },
  ];
  return {
    name,
    at: null,
    count: 300,
    selfBytes: 4800,
    retainedBytes: 19_200,
    paths: [{ count: 300, path: [], heldBy, example: node }],
  };
}

function finding(id: string, changes: Partial<Finding>): Finding {
  return {
    id,
    rule: 'heap-survivors',
    level: 'leak',
    severity: 'high',
    site: null,
    objectType: null,
    what: 'objects survive',
    processes: ['4711.900'],
    openedMs: 0,
    closed: null,
    leakMs: 0,
    rate: null,
    limit: null,
    evidence: { collections: null, cohorts: null, survivors: null, points: null },
    allocation: null,
    heldBy: [],
    lookalikes: [],
    try: [],
    ...changes,
  };
}

describe('findings', () => {
  const main = thread([]);
  const processes: readonly WatchedProcess[] = [
    { key: '4711.900', pid: 4711, main, threads: [main], parent: null, role: 'program', peakRssBytes: 0 },
  ];
  const stayed = (...classes: StayedClass[]) => ({
    version: 1 as const,
    thread: { pid: 4711, start: 900, tid: 0 },
    classes,
    file: null,
  });
  const labels = (found: readonly Finding[]) => found.map(({ heldBy }) => heldBy.map(({ label }) => label).join(' → '));

  test('get the holders of the kind that fits them', () => {
    const sites = new SiteTable('/app', diskOf({}));
    const site = sites.ofFrames(main, [['/app/server.js', 12, 3, 'Job']], () => undefined);
    const found = withHolders(
      [finding('a', { objectType: 'Session' }), finding('b', { site }), finding('c', { rule: 'counter-file' })],
      stayed(stayedClass('Job', 12), stayedClass('Session', null)),
      processes,
      sites,
    );
    expect(labels(found)).toEqual([
      'sessions: Map → (closure) remember → Session',
      'sessions: Map → (closure) remember → Job',
      '',
    ]);
    expect(sites.get(found[0]!.heldBy[1]!.site!)).toMatchObject({ file: 'server.js', line: 40, function: 'remember' });
  });

  test('that are alone get what keeps most; several that fit nothing get none', () => {
    const sites = new SiteTable('/app', diskOf({}));
    const kinds = stayed(stayedClass('Job', null), stayedClass('Session', null));
    expect(labels(withHolders([finding('a', {})], kinds, processes, sites))).toEqual([
      'sessions: Map → (closure) remember → Job',
    ]);
    expect(labels(withHolders([finding('a', {}), finding('b', {})], kinds, processes, sites))).toEqual(['', '']);
    expect(labels(withHolders([finding('a', {})], stayed(), processes, sites))).toEqual(['']);
    expect(labels(withHolders([finding('a', {})], null, processes, sites))).toEqual(['']);
  });

  test('are told with them again from the files of a dead run', () => {
    const folder = tempFolder();
    expect(readStayed(folder)).toBeNull();
    const written = stayed(stayedClass('Session', 3));
    writeStayed(folder, written);
    expect(readStayed(folder)).toEqual(written);
  });
});
