import { cpSync, existsSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'acorn';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { agentFile, makeRun, ofKind, readOnlyThread, readThreads, rowsOf } from './support/agent.ts';

const hello = 'console.log("hello")';

describe('the file that is preloaded', () => {
  test('has the syntax of 2015, so that old Nodes can parse it and leave', () => {
    expect(() => parse(readFileSync(agentFile, 'utf8'), { ecmaVersion: 2015, sourceType: 'script' })).not.toThrow();
  });

  test('has at most 20 KB', () => {
    expect(statSync(agentFile).size).toBeLessThanOrEqual(20 * 1024);
  });

  test('loads nothing before it has decided to stay', async () => {
    const program = `console.log(process.moduleLoadList.filter((name) => / (net|http|v8|perf_hooks|child_process|worker_threads|stream)$/.test(name)).length)`;
    const run = makeRun();
    const [without, watched] = [await runProgram(program), await runProgram(program, { env: run.env })];
    expect(watched.stdout).toBe(without.stdout);
  });
});

describe('the agent stands aside', () => {
  test.each([
    ['WATERTIGHT_OFF=1', { WATERTIGHT_OFF: '1' }],
    ['the run’s directory is not there', { WATERTIGHT_RUN: '/not/there' }],
    ['a child has lost the run’s directory', { WATERTIGHT_RUN: undefined }],
  ])('%s', async (_name, env) => {
    const run = makeRun();
    const end = await runProgram(hello, { env: { ...run.env, ...env } });
    expect(end).toEqual({ stdout: 'hello\n', stderr: '', code: 0, signal: null, timedOut: false });
    expect(readdirSync(run.directory)).toEqual([]);
  });

  test.each([
    ['Bun', 'bun', '1.2.3'],
    ['Deno', 'deno', '2.0.0'],
    ['Electron', 'electron', '30.0.0'],
    ['an old Node', 'node', '18.20.0'],
  ])('in %s', async (_name, key, version) => {
    const folder = tempFolder();
    const disguise = join(folder, 'disguise.cjs');
    writeFileSync(
      disguise,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, ${key}: '${version}' } });`,
    );
    const run = makeRun();
    const options = `--require ${disguise} ${run.env['NODE_OPTIONS'] ?? ''}`;
    expect((await runProgram(hello, { env: { ...run.env, NODE_OPTIONS: options } })).stdout).toBe('hello\n');
    expect(readdirSync(run.directory)).toEqual([]);
  });

  test('when it is loaded a second time', async () => {
    const copy = join(tempFolder(), 'agent');
    cpSync(dirname(agentFile), copy, { recursive: true });
    const run = makeRun();
    const options = `${run.env['NODE_OPTIONS'] ?? ''} --require ${join(copy, 'entry.cjs')}`;
    await runProgram(`setInterval(() => {}, 1e6).unref(); setTimeout(() => {}, 100)`, {
      env: { ...run.env, NODE_OPTIONS: options },
    });
    expect(rowsOf(readOnlyThread(run.directory)).filter((row) => row.type === 'interval')).toHaveLength(1);
  });

  test('from the rest of itself when its files have gone', async () => {
    const copy = join(tempFolder(), 'agent');
    cpSync(dirname(agentFile), copy, { recursive: true });
    const run = makeRun();
    const program = `import { rmSync } from 'node:fs'; rmSync(${JSON.stringify(copy)}, { recursive: true }); setInterval(() => {}, 1e6).unref(); setTimeout(() => console.log('done'), 300)`;
    const end = await runProgram(program, { env: { ...run.env, NODE_OPTIONS: `--require ${join(copy, 'entry.cjs')}` } });
    expect(end).toEqual({ stdout: 'done\n', stderr: '', code: 0, signal: null, timedOut: false });
    expect(readOnlyThread(run.directory).records.map((record) => record[0])).toEqual(expect.arrayContaining(['+', 's', 'x']));
  });
});

describe('the data file', () => {
  test('says whose it is, with secrets masked', async () => {
    const run = makeRun();
    await runProgram('1;\n', { env: run.env, args: ['--password', 'hunter2', 'https://a:b@c.test/?d=e'] });
    const { header } = readOnlyThread(run.directory);
    expect(header).toMatchObject({ wt: 1, tid: 0, thread: 'main', name: null, platform: process.platform });
    expect(header.argv.slice(-3)).toEqual(['--password', '***', 'https://***@c.test/?d=***']);
    expect(header.start).toBeGreaterThan(0);
    expect(Math.abs(header.t0 - Date.now())).toBeLessThan(60_000);
  });

  test('says of what kind each thread is', async () => {
    const run = makeRun();
    const hooks = 'data:text/javascript,export%20async%20function%20resolve(a,b,c){return c(a,b)}';
    await runProgram(
      `import { register } from 'node:module'; import { Worker } from 'node:worker_threads'; register('${hooks}'); await import('node:fs'); new Worker('setTimeout(() => {}, 50)', { eval: true });`,
      { env: run.env },
    );
    const kinds = readThreads(run.directory).map(({ header }) => header.thread);
    expect(kinds[0]).toBe('main');
    // From Node 22 on preloads are not loaded in the thread of hooks.
    expect(kinds.slice(1).filter((kind) => kind !== 'hooks')).toEqual(['worker']);
  });

  test('is private to the user', async () => {
    const run = makeRun();
    await runProgram(hello, { env: run.env });
    expect(readdirSync(run.directory).map((name) => statSync(join(run.directory, name)).mode & 0o777)).toEqual([0o600]);
  });

  test('that vanishes takes nothing with it', async () => {
    const run = makeRun();
    const program = `import { rmSync } from 'node:fs'; rmSync(process.env.WATERTIGHT_RUN, { recursive: true }); setInterval(() => {}, 1e6).unref(); setTimeout(() => console.log('done'), 1200)`;
    expect(await runProgram(program, { env: run.env })).toMatchObject({ stdout: 'done\n', stderr: '', code: 0 });
    expect(existsSync(run.directory)).toBe(false);
  });

  test('reached through a link is found by children too', async () => {
    const link = join(tempFolder(), 'agent');
    symlinkSync(dirname(agentFile), link);
    const run = makeRun();
    const options = `--require ${join(link, 'entry.cjs')}`;
    await runProgram(`import { spawn } from 'node:child_process'; spawn(process.execPath, ['-e', '0']);`, {
      env: { ...run.env, NODE_OPTIONS: options },
    });
    const threads = readThreads(run.directory);
    expect(threads).toHaveLength(2);
    expect(threads.flatMap((thread) => ofKind(thread, 'c')).map((child) => child[4])).toEqual(['inherited']);
  });
});

describe('without a supervisor', () => {
  test('it makes a private run directory of its own, which children share, and says nothing', async () => {
    const folder = tempFolder();
    const program = `import { spawn } from 'node:child_process'; spawn(process.execPath, ['-e', '0'], { env: { ...process.env, NODE_OPTIONS: '--require ${agentFile}' } });`;
    const end = await runProgram(program, {
      nodeArgs: ['--require', agentFile],
      env: { WATERTIGHT_DIR: folder, WATERTIGHT_RUN: undefined },
    });
    expect(end).toEqual({ stdout: '', stderr: '', code: 0, signal: null, timedOut: false });
    const [name = ''] = readdirSync(folder);
    const directory = join(folder, name);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8'))).toMatchObject({ version: 1, id: name });
    expect(readThreads(directory)).toHaveLength(2);
  });

  test('a folder that cannot be written to makes it stand aside', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    const end = await runProgram(hello, { nodeArgs: ['--require', agentFile], env: { WATERTIGHT_DIR: join(folder, 'file') } });
    expect(end).toEqual({ stdout: 'hello\n', stderr: '', code: 0, signal: null, timedOut: false });
  });
});
