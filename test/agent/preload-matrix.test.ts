import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root, runCommand, testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { agentFile, readThreads } from './support/agent.ts';
import { installPackages, packageFile } from './support/packages.ts';

const probe = join(root, 'test/programs/agent-probe.cjs');
const source = readFileSync(probe, 'utf8');

const nodeMajor = Number(execFileSync(testNode, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8', env: {} }));
const permissionFlag = nodeMajor >= 24 ? '--permission' : '--experimental-permission';

interface Program {
  readonly command?: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Set for programs that start others. */
  readonly timeoutMs?: number;
}

interface Case {
  readonly name: string;
  /** Makes the program in an empty folder. */
  readonly make: (folder: string) => Program;
  /** Data files that must be there with the agent: that it was loaded at all. */
  readonly threads: number;
}

function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const esm = `import { createRequire } from 'node:module'; import fs, { openSync } from 'node:fs'; import { open } from 'node:fs/promises';
console.log(openSync === fs.openSync, open === fs.promises.open, openSync.name);
createRequire(import.meta.url)(${JSON.stringify(probe)});`;

function workerProgram(options: string): string {
  return `const { Worker } = require('node:worker_threads');
const worker = new Worker(${JSON.stringify(probe)}, ${options});
worker.on('error', (error) => console.log('error', error.message)).on('exit', (code) => console.log('worker ended', code));`;
}

const test_mjs = `import { test } from 'node:test'; import { openSync, closeSync } from 'node:fs'; import assert from 'node:assert';
test('a', async () => { closeSync(openSync('/etc/hostname')); await new Promise((r) => setTimeout(r, 60)); });
test('b', () => { assert.equal(process.listenerCount('exit') >= 0, true); });`;

const vitest_mjs = `import { expect, test, vi } from 'vitest'; import { openSync, closeSync } from 'node:fs';
test('a', async () => { closeSync(openSync('/etc/hostname')); await new Promise((r) => setTimeout(r, 60)); });
test('fake timers', () => { vi.useFakeTimers(); let n = 0; setInterval(() => { n += 1; }, 1000); vi.advanceTimersByTime(10_000); expect(n).toBe(10); vi.useRealTimers(); });`;

const typescript = `enum Colour { Red = 'red' }
interface Thing { readonly colour: Colour }
const thing: Thing = { colour: Colour.Red };
function fail(): never {
  throw new Error('mapped ' + thing.colour);
}
try { fail(); } catch (error) { console.log((error as Error).stack?.split('\\n').slice(0, 3).join('|').replaceAll(process.cwd(), '')); }
setTimeout(() => process.exit(3), 100);`;

const closesAll = `const fs = require('node:fs');
for (let round = 0; round < 2; round += 1) for (let fd = 3; fd < 200; fd += 1) { try { fs.readlinkSync('/proc/self/fd/' + fd).startsWith('anon_inode') || fs.readlinkSync('/proc/self/fd/' + fd).startsWith('pipe') || fs.closeSync(fd); } catch {} }
const mine = fs.openSync(process.env.MINE, 'w');
setTimeout(() => { fs.writeSync(mine, 'only mine'); fs.closeSync(mine); console.log(mine > 2, fs.readFileSync(process.env.MINE, 'utf8')); }, 1300);`;

const fakeTimers = `const FakeTimers = require(${JSON.stringify(packageFile('@sinonjs/fake-timers'))});
const real = setTimeout; const clock = FakeTimers.install();
let n = 0; setInterval(() => { n += 1; }, 1000); setTimeout(() => console.log('timeout at', Date.now()), 60_000);
clock.tick(65_000); console.log(n, Date.now(), clock.countTimers(), performance.now());
real(() => { console.log(clock.countTimers(), n); clock.uninstall(); console.log(setTimeout === real, setTimeout.name); }, 1300);`;

const cluster = `const cluster = require('node:cluster'); const http = require('node:http');
if (cluster.isPrimary) {
  const worker = cluster.fork();
  worker.on('message', (port) => http.get({ port, host: '127.0.0.1' }, (answer) => { answer.resume(); answer.on('end', () => { console.log('answered', answer.statusCode); worker.disconnect(); }); }));
  cluster.on('exit', (_worker, code, signal) => console.log('worker ended', code, signal));
} else http.createServer((_request, response) => response.end('x')).listen(0, '127.0.0.1', function () { process.send(this.address().port); });`;

const errors = `const fs = require('node:fs');
process.exitCode = 9;
const throwing = [() => fs.openSync('/not/there'), () => setInterval('x'), () => fs.watch('/not/there'), () => fs.mkdtempSync('/not/there/x')];
throwing[Number(process.argv[2])]();`;

const datadog = `const { heap, time } = require(${JSON.stringify(packageFile('@datadog/pprof'))});
heap.start(512 * 1024, 64); time.start({ durationMillis: 60_000 });
const kept = []; const timer = setInterval(() => kept.push(new Array(10_000).fill(1)), 5);
setTimeout(async () => { clearInterval(timer); const profile = await heap.profile(); heap.stop(); time.stop(); console.log(profile.sample.length > 0); }, 600);`;

const telemetry = `const http = require('node:http'); const express = require(${JSON.stringify(packageFile('express'))});
const app = express(); app.get('/', (_request, response) => { response.send('ok'); });
const server = app.listen(0, '127.0.0.1', () => http.get({ port: server.address().port, host: '127.0.0.1' }, (answer) => { answer.resume(); answer.on('end', () => { console.log(answer.statusCode); server.close(() => setTimeout(() => process.exit(0), 200)); }); }));`;

const cases: readonly Case[] = [
  { name: 'CommonJS', threads: 1, make: () => ({ args: [probe, 'argument'] }) },
  { name: 'for longer, with collections', threads: 1, make: () => ({ args: [probe], env: { PROBE_STAY_MS: '2600' } }) },
  { name: 'ES module', threads: 1, make: (folder) => ({ args: [write(folder, 'main.mjs', esm)] }) },
  { name: 'stdin', threads: 1, make: () => ({ args: ['-'], input: source.replaceAll('__filename', JSON.stringify(probe)) }) },
  { name: 'eval', threads: 1, make: () => ({ args: ['-e', source.replaceAll('__filename', JSON.stringify(probe))] }) },
  {
    name: 'print',
    threads: 1,
    make: () => ({ args: ['-p', 'process.eventNames().length + process.getActiveResourcesInfo().length'] }),
  },
  { name: 'worker', threads: 2, make: (folder) => ({ args: [write(folder, 'main.cjs', workerProgram('{}'))] }) },
  {
    name: 'eval worker',
    threads: 2,
    make: (folder) => ({
      args: [
        write(
          folder,
          'main.cjs',
          `new (require('node:worker_threads').Worker)(${JSON.stringify(`require(${JSON.stringify(probe)})`)}, { eval: true })`,
        ),
      ],
    }),
  },
  {
    name: 'worker with execArgv: []',
    threads: 2,
    make: (folder) => ({ args: [write(folder, 'main.cjs', workerProgram('{ execArgv: [] }'))] }),
  },
  {
    name: 'worker with env: {}',
    threads: 1,
    make: (folder) => ({ args: [write(folder, 'main.cjs', workerProgram('{ env: {} }'))] }),
  },
  {
    name: 'worker that is terminated',
    threads: 2,
    make: (folder) => ({
      args: [
        write(
          folder,
          'main.cjs',
          "const { Worker } = require('node:worker_threads'); const w = new Worker('setInterval(() => {}, 10); setTimeout(() => require(`node:worker_threads`).parentPort.postMessage(0), 300);', { eval: true }); w.on('exit', (c) => console.log(c)); w.on('message', () => w.terminate());",
        ),
      ],
    }),
  },
  {
    name: 'fork',
    threads: 2,
    make: (folder) => ({
      args: [
        write(
          folder,
          'main.cjs',
          `const { fork } = require('node:child_process'); const c = fork(${JSON.stringify(probe)}, ['x']); c.on('exit', (code, signal) => console.log('child ended', code, signal));`,
        ),
      ],
    }),
  },
  { name: 'cluster', threads: 2, make: (folder) => ({ args: [write(folder, 'main.cjs', cluster)] }) },
  {
    name: 'npm script',
    threads: 2,
    make: (folder) => {
      write(folder, 'package.json', JSON.stringify({ scripts: { go: `node ${probe}` } }));
      return { command: 'npm', args: ['run', '--silent', 'go'], cwd: folder };
    },
  },
  {
    name: 'node --test',
    threads: 2,
    make: (folder) => ({ args: ['--test', '--test-reporter=tap', write(folder, 'a.test.mjs', test_mjs)], cwd: folder }),
  },
  ...['threads', 'forks'].map((pool) => ({
    name: `vitest, ${pool}`,
    threads: 2,
    make: (folder: string) => {
      symlinkSync(packageFile(''), join(folder, 'node_modules'));
      write(folder, 'a.test.mjs', vitest_mjs);
      return {
        args: [packageFile('vitest/vitest.mjs'), 'run', `--pool=${pool}`, '--no-color'],
        cwd: folder,
        env: { NO_COLOR: '1', CI: '1' },
      };
    },
  })),
  {
    name: 'tsx',
    threads: 1,
    make: (folder) => ({
      args: ['--import', packageFile('tsx/dist/loader.mjs'), write(folder, 'main.ts', typescript)],
      cwd: folder,
    }),
  },
  {
    name: 'tsx command',
    threads: 2,
    make: (folder) => ({ args: [packageFile('tsx/dist/cli.mjs'), write(folder, 'main.ts', typescript)], cwd: folder }),
  },
  {
    name: 'bundle of one file by esbuild, with --enable-source-maps',
    threads: 1,
    make: (folder) => {
      const entry = write(folder, 'main.ts', typescript);
      esbuild().buildSync({
        entryPoints: [entry],
        outfile: join(folder, 'out.cjs'),
        bundle: true,
        platform: 'node',
        sourcemap: 'inline',
        minify: true,
      });
      return { args: ['--enable-source-maps', join(folder, 'out.cjs')], cwd: folder };
    },
  },
  {
    name: '--enable-source-maps',
    threads: 1,
    make: () => ({ args: ['--enable-source-maps', probe] }),
  },
  {
    name: 'pnpm layout',
    threads: 1,
    make: (folder) => {
      write(folder, 'node_modules/.pnpm/dep@1.0.0/node_modules/dep/package.json', '{"name":"dep","version":"1.0.0"}');
      write(
        folder,
        'node_modules/.pnpm/dep@1.0.0/node_modules/dep/index.js',
        "exports.where = __filename.split('node_modules').length; require('node:fs').openSync('/etc/hostname');",
      );
      symlinkSync(join(folder, 'node_modules/.pnpm/dep@1.0.0/node_modules/dep'), join(folder, 'node_modules/dep'));
      return { args: [write(folder, 'main.cjs', `console.log(require('dep').where); require(${JSON.stringify(probe)});`)] };
    },
  },
  {
    name: 'permission model with leave for the agent',
    threads: 1,
    make: (folder) => {
      return {
        args: [
          permissionFlag,
          '--no-warnings',
          '--allow-fs-read=*',
          '--allow-fs-write=*',
          write(folder, 'main.cjs', "setTimeout(() => console.log(process.permission.has('worker')), 300)"),
        ],
      };
    },
  },
  {
    name: 'permission model without leave to write',
    threads: 0,
    make: (folder) => {
      return {
        args: [
          permissionFlag,
          '--no-warnings',
          '--allow-fs-read=*',
          write(folder, 'main.cjs', "setTimeout(() => console.log(process.permission.has('worker')), 300)"),
        ],
      };
    },
  },
  {
    name: 'closes all descriptors',
    threads: 1,
    make: (folder) => ({ args: [write(folder, 'main.cjs', closesAll)], env: { MINE: join(folder, 'mine.txt') } }),
  },
  { name: 'fake timers', threads: 1, make: (folder) => ({ args: [write(folder, 'main.cjs', fakeTimers)] }) },
  ...[0, 1, 2, 3].map((at) => ({
    name: `uncaught error of a patched function, ${at}`,
    threads: 1,
    make: (folder: string) => ({ args: [write(folder, 'main.cjs', errors), String(at)] }),
  })),
  ...['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'].map((signal) => ({
    name: `ended by ${signal}`,
    threads: 1,
    make: (folder: string) => ({
      args: [
        write(folder, 'main.cjs', `setInterval(() => {}, 1000); setTimeout(() => process.kill(process.pid, '${signal}'), 300);`),
      ],
    }),
  })),
  {
    name: 'signal handler',
    threads: 1,
    make: (folder) => ({
      args: [
        write(
          folder,
          'main.cjs',
          "process.once('SIGTERM', () => { console.log('got it', process.listenerCount('SIGTERM')); process.exit(5); }); setInterval(() => {}, 1000); setTimeout(() => process.kill(process.pid, 'SIGTERM'), 300);",
        ),
      ],
    }),
  },
  {
    name: 'unhandled rejection',
    threads: 1,
    make: (folder) => ({ args: [write(folder, 'main.cjs', "require('node:fs').promises.open('/not/there')")] }),
  },
  {
    name: 'rejected promise that is handled later',
    threads: 1,
    make: (folder) => ({
      args: [
        write(
          folder,
          'main.cjs',
          "const p = require('node:fs').promises.mkdtemp('/not/there/x'); process.on('rejectionHandled', () => console.log('late')); process.on('unhandledRejection', (e) => { console.log(e.code); setTimeout(() => p.catch(() => {}), 50); });",
        ),
      ],
    }),
  },
  { name: 'beside @datadog/pprof', threads: 1, make: (folder) => ({ args: [write(folder, 'main.cjs', datadog)] }) },
  {
    name: 'beside OpenTelemetry auto-instrumentation',
    threads: 1,
    make: (folder) => ({
      args: [
        '--require',
        packageFile('@opentelemetry/auto-instrumentations-node/build/src/register.js'),
        write(folder, 'main.cjs', telemetry),
      ],
      env: {
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_NODE_RESOURCE_DETECTORS: 'none',
      },
    }),
  },
];

interface Esbuild {
  buildSync(options: Readonly<Record<string, unknown>>): unknown;
}

let loadedEsbuild: Esbuild | undefined;
function esbuild(): Esbuild {
  if (!loadedEsbuild) throw new Error('esbuild was not loaded');
  return loadedEsbuild;
}

/** Durations and process ids differ from run to run, with or without us. */
function steady(text: string): string {
  return text
    .replaceAll(/\(node:\d+\)/g, '(node)')
    .replaceAll(/\d+(?:\.\d+)?\s?ms|\d+(?:\.\d+)?s\b|\d{2}:\d{2}:\d{2}/g, 'T')
    .replaceAll(/duration_ms: [\d.]+|duration_ms [\d.]+/g, 'duration');
}

async function run(program: Program, env: Readonly<Record<string, string>>) {
  const path = `${dirname(testNode)}:${process.env['PATH'] ?? ''}`;
  const end = await runCommand(program.command ?? testNode, program.args, {
    env: { PATH: path, ...program.env, ...env },
    ...(program.input === undefined ? {} : { input: program.input }),
    ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
    timeoutMs: program.timeoutMs ?? 50_000,
  });
  return { code: end.code, signal: end.signal, timedOut: end.timedOut, stdout: steady(end.stdout), stderr: steady(end.stderr) };
}

describe('a program cannot tell that the agent is there', () => {
  beforeAll(async () => {
    installPackages();
    loadedEsbuild = (await import(packageFile('esbuild/lib/main.js'))) as Esbuild;
  }, 300_000);

  test.each(cases)('$name', async ({ make, threads }) => {
    const folder = tempFolder();
    const directory = join(tempFolder(), 'run');
    mkdirSync(directory, { mode: 0o700 });
    const program = make(folder);
    const without = await run(program, {});
    const watched = await run(program, { NODE_OPTIONS: `--require ${agentFile}`, WATERTIGHT_RUN: directory });
    expect(watched).toEqual(without);
    expect(without.timedOut).toBe(false);
    expect(readThreads(directory).length).toBeGreaterThanOrEqual(threads);
    if (threads === 0) expect(readThreads(directory)).toEqual([]);
  });
});
