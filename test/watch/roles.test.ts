import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { groupProcesses, leadProcess } from '../../src/watch/assemble/process-group.ts';
import { roleOf } from '../../src/watch/assemble/roles.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { header, megabyte, runFile, sample, startedAtMs, thread } from './made-up.ts';

const same = (path: string) => path;
const roleOfScript = (script: string) => roleOf(header({ argv: ['/usr/bin/node', script] }), false, same);

test.each([
  '/usr/lib/node_modules/npm/bin/npm-cli.js',
  '/usr/lib/node_modules/npm/bin/npx-cli.js',
  '/usr/lib/node_modules/corepack/dist/corepack.js',
  '/usr/lib/node_modules/corepack/dist/pnpm.js',
  '/home/u/.cache/node/corepack/v1/pnpm/9.0.0/bin/pnpm.cjs',
  '/usr/lib/node_modules/yarn/bin/yarn.js',
  '/app/.yarn/releases/yarn-4.1.0.cjs',
])('%s launches', (script) => {
  expect(roleOfScript(script)).toBe('launcher');
});

test.each([
  [['npm-cli.js', 'install', '--no-audit'], 'program'],
  [['npm-cli.js', '--silent', 'ls', '--all'], 'program'],
  [['yarn.js', 'add', 'debug'], 'program'],
  [['npm-cli.js', 'run', 'install'], 'launcher'],
  [['npm-cli.js', 'start'], 'launcher'],
  [['npm-cli.js'], 'launcher'],
  [['npx-cli.js', 'ls'], 'launcher'],
])('%j: a %s', ([script = '', ...rest], role) => {
  const argv = ['/usr/bin/node', `/usr/lib/node_modules/npm/bin/${script}`, ...rest];
  expect(roleOf(header({ argv }), false, same)).toBe(role);
});

test.each(['/app/node_modules/node-gyp/bin/node-gyp.js', '/app/node_modules/prebuild-install/bin.js'])(
  '%s is a tool',
  (script) => {
    expect(roleOfScript(script)).toBe('tool');
  },
);

test.each(['/app/server.js', '/app/npm/server.js', '/app/src/yarn-stock.js'])('%s is a program', (script) => {
  expect(roleOfScript(script)).toBe('program');
});

test('a launcher is known by the real path behind its link', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'npm/bin'), { recursive: true });
  writeFileSync(join(folder, 'npm/bin/npm-cli.js'), '');
  symlinkSync(join(folder, 'npm/bin/npm-cli.js'), join(folder, 'start'));
  const [found] = groupProcesses({
    threads: [thread([], { argv: ['node', join(folder, 'start')] })],
    parents: new Map(),
    run: runFile(),
  });
  expect(found?.role).toBe('launcher');
});

test('npm, a shell between, the program and its fork: parents, roles and who leads', () => {
  const npm = thread([sample(0, { rss: 90 * megabyte })], {
    pid: 10,
    start: 1,
    ppid: 1,
    argv: ['node', '/usr/lib/node_modules/npm/bin/npm-cli.js'],
  });
  const program = thread([sample(0)], { pid: 12, start: 3, ppid: 11, t0: startedAtMs + 5 });
  const fork = thread([sample(0, { rss: 80 * megabyte })], { pid: 13, start: 4, ppid: 12, t0: startedAtMs + 9 });
  const processes = groupProcesses({
    threads: [fork, npm, program],
    parents: new Map([[11, 10]]),
    run: runFile({ program: { pid: 10, start: 1 } }),
  });
  expect(processes.map(({ key, role, parent }) => [key, role, parent])).toEqual([
    ['10.1', 'launcher', null],
    ['12.3', 'program', '10.1'],
    ['13.4', 'worker', '12.3'],
  ]);
  expect(leadProcess(processes)?.key).toBe('12.3');
});

test('of two programs the one that used more memory leads', () => {
  const small = thread([sample(0)], { pid: 10, start: 1 });
  const large = thread([sample(0, { rss: 300 * megabyte })], { pid: 11, start: 2 });
  expect(leadProcess(groupProcesses({ threads: [small, large], parents: new Map(), run: runFile() }))?.pid).toBe(11);
});

test('threads of one process stand together, the main one first', () => {
  const worker = thread([], { tid: 3, thread: 'worker', name: 'pool' });
  const hooks = thread([], { tid: 1, thread: 'hooks' });
  const [found] = groupProcesses({ threads: [hooks, worker, thread([])], parents: new Map(), run: runFile() });
  expect(found?.threads.map((entry) => entry.header.tid)).toEqual([0, 3, 1]);
});

test('a process whose shell has gone unseen descends from the one that was started', () => {
  const npx = thread([], { pid: 10, start: 1, argv: ['node', '/usr/lib/node_modules/npm/bin/npx-cli.js'] });
  const program = thread([], { pid: 12, start: 3, ppid: 11, t0: startedAtMs + 5 });
  const processes = groupProcesses({
    threads: [npx, program],
    parents: new Map(),
    run: runFile({ program: { pid: 10, start: 1 } }),
  });
  expect(processes.map(({ role, parent }) => [role, parent])).toEqual([
    ['launcher', null],
    ['program', '10.1'],
  ]);
});
