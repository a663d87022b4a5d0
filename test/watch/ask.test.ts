import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock, until } from '../../src/kernel/clock/index.ts';
import { Line } from '../../src/watch/ask/line.ts';
import type { AskedThread } from '../../src/watch/ask/line.ts';
import { root, testNode } from '../support/run-program.ts';

let directory = '';
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wt-ask-'));
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => {
      child?.once('exit', resolve);
    });
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(directory, { recursive: true, force: true });
});

const soon = { withinMs: 20_000, stepMs: 20 };

function dataFiles(): readonly string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.wt'));
}

/** Starts a program with the agent, as a supervisor would; answers with its threads once all have a file. */
async function start(
  source: string,
  options: { readonly threads?: number; readonly options?: string } = {},
): Promise<AskedThread[]> {
  const env = {
    ...process.env,
    WATERTIGHT_RUN: directory,
    WATERTIGHT_OPTIONS: options.options ?? '',
    NODE_OPTIONS: `--require ${join(root, 'dist/agent/entry.cjs')}`,
  };
  child = spawn(testNode, ['-e', source], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  expect(await until(systemClock, () => dataFiles().length >= (options.threads ?? 1), soon)).toBe(true);
  return dataFiles()
    .map((name) => name.slice(0, -3).split('-').map(Number))
    .map(([pid = 0, start = 0, tid = 0]) => ({ pid, start, tid }))
    .toSorted((a, b) => a.tid - b.tid);
}

const idle = 'globalThis.kept = setInterval(() => {}, 1000)';

async function withLine<T>(thread: AskedThread, task: (line: Line) => Promise<T>): Promise<T> {
  const line = await Line.open(directory, thread, { openWithinMs: 20_000 });
  try {
    return await task(line);
  } finally {
    line.close();
  }
}

test('a watched thread answers how much memory it uses, and collects', async () => {
  const [main] = await start(idle);
  await withLine(main!, async (line) => {
    const memory = await line.ask({ ask: 'memory' });
    expect(memory.rssBytes).toBeGreaterThan(memory.heapUsedBytes);
    expect(memory.spaces.map(({ name }) => name)).toContain('old_space');
    const collected = await line.ask({ ask: 'collect' });
    expect(collected.afterBytes).toBeGreaterThan(0);
  });
});

test('a worker answers for itself', async () => {
  const worker = `new (require('worker_threads').Worker)(${JSON.stringify(`setInterval(() => {}, 1000); globalThis.kept = new Array(4e6).fill(1.5)`)}, { eval: true })`;
  const [main, inside] = await start(`${idle}; ${worker}`, { threads: 2 });
  const heapOf = (thread: AskedThread) => withLine(thread, async (line) => (await line.ask({ ask: 'memory' })).heapUsedBytes);
  expect(await heapOf(inside!)).toBeGreaterThan(await heapOf(main!));
});

test('what nobody asked opens no socket, and what was asked is not among the handles of the program', async () => {
  const [main] = await start(
    `${idle}; setInterval(() => require('fs').writeSync(1, process.getActiveResourcesInfo().join() + '\\n'), 50)`,
  );
  expect(readdirSync(directory).filter((name) => name.endsWith('.s'))).toEqual([]);
  let said = '';
  child?.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  await withLine(main!, async (line) => {
    const socket = readdirSync(directory).find((name) => name.endsWith('.s'));
    expect(statSync(join(directory, socket!)).mode & 0o777).toBe(0o600);
    await line.ask({ ask: 'memory' });
    const before = said.length;
    expect(await until(systemClock, () => said.length > before + 200, soon)).toBe(true);
  });
  expect(said).not.toMatch(/Pipe|Socket/);
  child?.kill('SIGTERM');
  const data = readFileSync(join(directory, dataFiles()[0]!), 'utf8');
  expect(data).not.toMatch(/"server/);
});

test('a line does not keep the program alive, and ends with it', async () => {
  const [main] = await start(`process.stdin.resume(); setTimeout(() => {}, 4000)`);
  const line = await Line.open(directory, main!, { openWithinMs: 20_000 });
  await new Promise((resolve) => {
    child?.once('exit', resolve);
  });
  expect(child?.exitCode).toBe(0);
  await expect(line.ask({ ask: 'memory' })).rejects.toMatchObject({ code: 'WT_NO_ANSWER' });
  line.close();
});

test('a thread that has ended does not answer, also where its pointer was left', async () => {
  const [main] = await start(idle);
  await withLine(main!, (line) => line.ask({ ask: 'memory' }));
  const ended = new Promise((resolve) => {
    child?.once('exit', resolve);
  });
  child?.kill('SIGKILL');
  await ended;
  await expect(Line.open(directory, main!, { openWithinMs: 100 })).rejects.toMatchObject({ code: 'WT_NO_ANSWER' });
  expect(readdirSync(directory).filter((name) => name.endsWith('.ask'))).toEqual([]);
});

test('a snapshot is estimated, written, and refused where something stands already', async () => {
  const [main] = await start(idle);
  const path = join(directory, 'one.heapsnapshot');
  await withLine(main!, async (line) => {
    const estimate = await line.ask({ ask: 'estimate', path });
    expect(estimate).toMatchObject({ refusal: null });
    expect(estimate.stopMs[1]).toBeGreaterThan(estimate.stopMs[0]);
    const written = await line.ask({ ask: 'snapshot', path }, { withinMs: 60_000 });
    expect(written.bytes).toBe(statSync(path).size);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('snapshot.meta.node_fields');
    await expect(line.ask({ ask: 'snapshot', path })).rejects.toMatchObject({ code: 'WT_SNAPSHOT_REFUSED' });
    const nowhere = line.ask({ ask: 'snapshot', path: join(directory, 'no/such/x.heapsnapshot') });
    await expect(nowhere).rejects.toThrow('there is no folder');
  });
});

test('snapshots and collections can be forbidden', async () => {
  const [main] = await start(idle, { options: 'snapshots=0,gc=0' });
  const path = join(directory, 'one.heapsnapshot');
  await withLine(main!, async (line) => {
    await expect(line.ask({ ask: 'snapshot', path })).rejects.toMatchObject({ code: 'WT_NOT_AVAILABLE' });
    await expect(line.ask({ ask: 'collect' })).rejects.toMatchObject({ code: 'WT_NOT_AVAILABLE' });
  });
  expect(existsSync(path)).toBe(false);
});
