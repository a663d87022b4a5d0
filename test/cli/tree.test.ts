import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testNode } from '../support/run-program.ts';
import { cli, isAlive, killAfterwards, lastReport, place, runSource } from './watertight.ts';

const leaves = `const { spawn } = require('child_process');
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }); child.unref(); console.log(child.pid);`;

test('a process that the program left is named, with the line that started it, and left alone', async () => {
  const where = place();
  const end = await runSource(where, leaves);
  const pid = Number.parseInt(end.stdout, 10);
  killAfterwards(pid);
  expect(isAlive(pid)).toBe(true);
  expect(lastReport(where).left).toMatchObject([{ kind: 'process', what: `sleep 60 (pid ${pid})`, removed: false }]);
  expect(end.stderr).toMatch(/^LEFT .*sleep 60/m);
});

test('--reap ends it, and what ignores SIGTERM as well', async () => {
  const where = place();
  const stubborn = `${leaves} const other = spawn('sh', ['-c', 'trap "" TERM; while :; do sleep 0.1; done'], { detached: true, stdio: 'ignore' }); other.unref(); console.log(other.pid);
    setTimeout(() => {}, 300);`;
  const end = await runSource(where, stubborn, ['--reap', '--fail-on', 'left-processes']);
  const pids = end.stdout.trim().split('\n').map(Number);
  for (const pid of pids) killAfterwards(pid);
  expect(pids.map(isAlive)).toEqual([false, false]);
  expect(lastReport(where).left.filter(({ removed }) => removed).length).toBeGreaterThanOrEqual(2);
  expect(end.code).toBe(93);
});

test('a process that wiped its environment and lost its parents is found by descent', async () => {
  const where = place();
  const daemon = `require('child_process').spawn('sh', ['-c', 'env -i setsid sleep 61 >/dev/null & echo $!; sleep 1.6'], { stdio: ['ignore', 'inherit', 'ignore'] });`;
  const end = await runSource(where, daemon);
  const pid = Number.parseInt(end.stdout, 10);
  killAfterwards(pid);
  expect(lastReport(where).left.map(({ what }) => what)).toContain(`sleep 61 (pid ${pid})`);
});

test('--fail-on left-processes', async () => {
  const where = place();
  const end = await runSource(where, leaves, ['--fail-on', 'left-processes']);
  killAfterwards(Number.parseInt(end.stdout, 10));
  expect(end.code).toBe(93);
});

test('children that end with the program are not left', async () => {
  const where = place();
  await runSource(
    where,
    `require('child_process').spawnSync('sleep', ['0.1']); require('child_process').exec('sleep 0.3'); setTimeout(() => process.exit(), 50)`,
  );
  expect(lastReport(where).left).toEqual([]);
});

test('a temporary folder that the program left is named and never deleted', async () => {
  const where = place();
  const source = `const fs = require('fs'), os = require('os'), path = require('path');
    const keep = fs.mkdtempSync(path.join(os.tmpdir(), 'wt-left-')); console.log(keep); fs.rmSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wt-gone-')), { recursive: true }); setTimeout(() => {}, 200)`;
  const end = await runSource(where, source, ['--reap']);
  const folder = end.stdout.trim();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  expect(lastReport(where).left).toMatchObject([{ kind: 'temp', what: folder, removed: false }]);
  expect(existsSync(folder)).toBe(true);
});

test('npm start: the launcher is folded, the program leads', async () => {
  const where = place();
  writeFileSync(
    join(where.cwd, 'package.json'),
    JSON.stringify({ name: 'x', version: '1.0.0', scripts: { start: `"${testNode}" app.js` } }),
  );
  writeFileSync(join(where.cwd, 'app.js'), 'setInterval(() => {}, 1000); setTimeout(() => process.exit(6), 500)');
  const end = await cli(where, ['run', '--', 'npm', 'start', '--silent']);
  expect(end.code).toBe(6);
  const report = lastReport(where);
  const launcher = report.processes.find(({ role }) => role === 'launcher');
  const program = report.processes.find(({ role }) => role === 'program');
  expect(program?.parent).toBe(launcher?.key);
  expect(report.end).toMatchObject({ kind: 'exit', code: 6 });
  expect(report.open).toMatchObject([{ type: 'interval', processes: [program?.key] }]);
  expect(report.memory.series.map((series) => series.process)).toEqual([program?.key]);
});

test('forks and cluster workers are workers of their program; one with an environment of its own is named as not watched', async () => {
  const where = place();
  writeFileSync(
    join(where.cwd, 'app.js'),
    `const cluster = require('cluster'), { fork, spawn } = require('child_process');
     if (cluster.isPrimary && !process.argv[2]) {
       cluster.fork(); fork(__filename, ['forked']); spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300)'], { env: {} });
     } else setTimeout(() => process.exit(), 400);`,
  );
  const end = await cli(where, ['run', '--', testNode, 'app.js']);
  expect(end.code).toBe(0);
  const report = lastReport(where);
  expect(report.processes.map(({ role }) => role)).toEqual(['program', 'worker', 'worker']);
  const [main] = report.processes;
  expect(report.processes.slice(1).map(({ parent }) => parent)).toEqual([main?.key, main?.key]);
  expect(report.run.notWatched).toMatchObject([{ why: 'started with an environment of its own' }]);
});

test('the permission model: leave is added, the program behaves as before and is watched', async () => {
  const where = place();
  const [major = 0] = spawnSync(testNode, ['-p', 'process.versions.node']).stdout.toString().split('.').map(Number);
  const flag = major >= 24 ? '--permission' : '--experimental-permission';
  writeFileSync(
    join(where.cwd, 'app.js'),
    `try { require('fs').readFileSync('/etc/hostname'); console.log('read'); } catch (error) { console.log(error.code); } setTimeout(() => process.exit(4), 200)`,
  );
  const end = await cli(where, ['run', '--', testNode, flag, `--allow-fs-read=${where.cwd}/*`, 'app.js']);
  expect([end.code, end.stdout]).toEqual([4, 'ERR_ACCESS_DENIED\n']);
  expect(end.stderr).toMatch(/the permission model is on: added leave/);
  expect(lastReport(where).end.code).toBe(4);
});

test('NODE_OPTIONS of the user stay in force', async () => {
  const where = place({ NODE_OPTIONS: '--title=kept' });
  const end = await runSource(where, 'console.log(process.title)');
  expect(end.stdout).toBe('kept\n');
});

test('a run inside of a run is a run of its own', async () => {
  const where = place();
  const { bin } = await import('./watertight.ts');
  const end = await cli(where, [
    'run',
    '--quiet',
    '--report-dir',
    'outer',
    '--',
    testNode,
    bin,
    'run',
    '--',
    testNode,
    '-e',
    'process.exit(5)',
  ]);
  expect(end.code).toBe(5);
  expect(lastReport(where).processes).toHaveLength(1);
});
