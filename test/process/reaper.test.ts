import { chmodSync, readFileSync, readdirSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { reaperSupport } from '../../src/process/index.ts';
import { root, runCommand } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { leftOf, ready, startHolder } from './holder.ts';
import { eventually, node, pidsFrom, runs, stateOf, stranger } from './trees.ts';

const asRoot = process.getuid?.() === 0;
const canUnshare = asRoot && spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;
const canDrop = asRoot && spawnSync('setpriv', ['--version']).status === 0;

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => socket.destroy()).once('connect', () => resolve(false));
    socket.once('error', () => resolve(true));
  });
}

describe.each(['sh', 'node'])('the reaper (%s)', (mode) => {
  const env = { WATERTIGHT_REAPER: mode };

  test('after kill -9 of the owner nothing is left: no process, directory, file or socket', async () => {
    const other = stranger('sleep', ['3600'], { WATERTIGHT_TREE_0123456789abcdef0123456789abcdef_1: '1' });
    const holder = startHolder('stay', { env });
    const { reaper, pids = [], port = 0 } = await ready(holder);
    expect(reaper).toBe(mode);
    expect(pids).toHaveLength(5);
    holder.child.kill('SIGKILL');
    await eventually('nothing is left', () => leftOf(holder).length === 0);
    expect(await refuses(port)).toBe(true);
    expect(runs(other.pid ?? 0)).toBe(true);
  });

  test.each(['exit', 'throw'])('after the owner’s %s nothing is left either', async (way) => {
    const holder = startHolder(way, { env });
    holder.child.stderr?.resume();
    await holder.exit;
    await eventually('nothing is left', () => leftOf(holder).length === 0);
  });

  test('what was detached lives on', async () => {
    const holder = startHolder('detach', { env });
    await holder.exit;
    const { pids = [] } = holder.held();
    // The directory is removed after the processes were looked for.
    await eventually(
      'the root is gone',
      () => readdirSync(holder.directory).flatMap((base) => readdirSync(join(holder.directory, base))).length === 0,
    );
    expect(pids.filter(runs)).toHaveLength(5);
  });

  test('an owner that has lost the pipe but lives keeps what it holds', async () => {
    const holder = startHolder('lose-pipe', { env });
    const { pids = [] } = await ready(holder);
    const looks = 40;
    let seen = 0;
    await eventually('it was looked at often', () => {
      expect(pids.filter(runs)).toHaveLength(5);
      seen += 1;
      return seen > looks;
    });
    holder.child.kill('SIGKILL');
    await eventually('nothing is left', () => leftOf(holder).length === 0);
  });
});

describe('without a reaper', () => {
  const env = { WATERTIGHT_REAPER: 'off' };

  test('the next start sweeps what the killed owner left', async () => {
    const first = startHolder('stay', { env });
    const { pids = [], reaper } = await ready(first);
    expect(reaper).toBe('off');
    first.child.kill('SIGKILL');
    await first.exit;
    expect(pids.filter(runs).length).toBeGreaterThan(0);
    const next = startHolder('stay', { env, directory: first.directory, settings: ['sweep'] });
    await ready(next);
    await eventually('the first is gone', () => pids.filter(runs).length === 0);
    expect(next.held().pids?.filter(runs)).toHaveLength(5);
    next.child.kill('SIGTERM');
    await next.exit;
    for (const pid of next.held().pids ?? []) if (runs(pid)) process.kill(pid, 'SIGKILL');
  });

  test('an orderly end ends the tree by itself', async () => {
    const holder = startHolder('stay', { env, settings: ['shutdown'] });
    await ready(holder);
    holder.child.kill('SIGTERM');
    await holder.exit;
    await eventually('nothing is left', () => leftOf(holder).length === 0);
  });

  test('process.exit with an installed shutdown kills it at once', async () => {
    const holder = startHolder('exit', { env, settings: ['shutdown'] });
    await holder.exit;
    await eventually('nothing is left', () => leftOf(holder).length === 0);
  });
});

describe('who may do little', () => {
  test.runIf(canDrop)('a user who is not root is watched over as well', async () => {
    const directory = tempFolder();
    chmodSync(directory, 0o1777);
    const prefix = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const holder = startHolder('stay', { directory, prefix, env: { XDG_RUNTIME_DIR: undefined } });
    const { pids = [] } = await ready(holder);
    expect(pids).toHaveLength(5);
    holder.child.kill('SIGKILL');
    await eventually('nothing is left', () => leftOf(holder).length === 0);
  });
});

const withoutTemp = `
import { configureTemp } from './dist/temp/index.js';
import { ownProcess } from './dist/process/index.js';
configureTemp({ directory: '/proc' });
const tree = await ownProcess('sh', ['-c', 'sleep 3600 & wait']);
console.log('root ' + tree.pid);
`;

describe('where nothing can be written', () => {
  test('a child is owned all the same, and goes with its owner', async () => {
    const child = spawn(node, ['--input-type=module', '-e', withoutTemp], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    const { root: pid = 0 } = await pidsFrom(child, 1);
    expect(runs(pid)).toBe(true);
    child.kill('SIGKILL');
    await exit;
    await eventually('it is gone', () => !runs(pid));
  });
});

const asFirst = `
import { once } from 'node:events';
import { ownProcess } from './dist/process/index.js';
const tree = await ownProcess('sh', ['-c', '(setsid sleep 3600 &); echo ready; exec sleep 3600'], { stdio: ['ignore', 'pipe', 'inherit'] });
await once(tree.child.stdout, 'data');
while (tree.processes().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
const { ok, left, zombies } = await tree.stop();
console.log(JSON.stringify({ pid: process.pid, ok, left: left.length, zombies: zombies.length, verified: tree.verify(), state: tree.state }));
`;

describe('as the first process of a container', () => {
  test.runIf(canUnshare)('adopted zombies are told of, and hinder no release', async () => {
    const args = ['--pid', '--fork', '--mount-proc', node, '--input-type=module', '-e', asFirst];
    const { stdout } = await runCommand('unshare', args);
    expect(JSON.parse(stdout)).toEqual({ pid: 1, ok: true, left: 0, zombies: 1, verified: 'gone', state: 'released' });
  });
});

const inWorker = `
import { Worker } from 'node:worker_threads';
const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(\`
  import { parentPort } from 'node:worker_threads';
  import { ownProcess } from '\${process.env.DIST}process/index.js';
  const tree = await ownProcess('sleep', ['3600'], { stdio: 'ignore' });
  parentPort.postMessage(tree.pid);
  setInterval(() => {}, 1000);
\`)));
worker.once('message', async (pid) => {
  console.log('worker ' + pid);
  await worker.terminate();
  setInterval(() => {}, 1000);
});
`;

describe('a worker thread', () => {
  test('that is terminated takes its trees with it, while the process lives on', async () => {
    const env = { ...process.env, DIST: pathToFileURL(join(root, 'dist/')).href };
    const child = spawn(node, ['--input-type=module', '-e', inWorker], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    const { worker = 0 } = await pidsFrom(child, 1);
    await eventually('its tree is gone', () => !runs(worker));
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await exit;
  });
});

const twoTrees = `
import { once } from 'node:events';
import { ownProcess } from './dist/process/index.js';
const options = { stdio: 'ignore', env: { PATH: '/usr/bin:/bin' } };
console.log('first ' + (await ownProcess('sleep', ['3600'], options)).pid);
await once(process.stdin, 'data');
console.log('second ' + (await ownProcess('sleep', ['3600'], options)).pid);
await once(process.stdin, 'data');
console.log('third 0');
`;

/** Pids of processes with this text in their environment. */
function withText(text: string): readonly number[] {
  const holds = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(text);
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && holds(name))
    .map(Number);
}

describe('a reaper that somebody has killed', () => {
  test('is started again with the next owned process, with all that it must know', async () => {
    const mine = tempFolder();
    const child = spawn(node, ['--input-type=module', '-e', twoTrees], {
      cwd: root,
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:${mine}` },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const { first = 0 } = await pidsFrom(child, 1);
    // The reaper carries no mark, but our PATH; the shell that starts it is still the child's.
    const reapers = (): readonly number[] =>
      withText(mine).filter((pid) => pid !== child.pid && runs(pid) && stateOf(pid)?.parent !== child.pid);
    let reaper = 0;
    await eventually('there is one reaper', () => ([reaper = 0] = reapers()).length === 1);
    process.kill(reaper, 'SIGKILL');
    await eventually('it is gone', () => !runs(reaper));
    child.stdin.write('go\n');
    const { second = 0 } = await pidsFrom(child, 1);
    await eventually('there is one again', () => reapers().length === 1);
    // It is told what it must know in the turn of the event loop in which it is started: an answer comes after that.
    child.stdin.write('go\n');
    await pidsFrom(child, 1);
    child.kill('SIGKILL');
    await exit;
    await eventually('both trees are gone', () => ![first, second].some(runs));
    await eventually('the reaper has ended', () => reapers().length === 0);
  });
});

describe('what there is', () => {
  test('without sh a Node process does it, and says so', () => {
    expect(reaperSupport({})).toEqual({ mode: 'sh', why: '' });
    expect(reaperSupport({ WATERTIGHT_REAPER: 'node' })).toMatchObject({ mode: 'node' });
    expect(reaperSupport({ WATERTIGHT_REAPER: 'off' })).toMatchObject({
      mode: 'off',
      why: expect.stringContaining('WATERTIGHT_REAPER'),
    });
  });

  test('this process lives in a process table that can be read', () => {
    expect(stateOf(process.pid)?.start).toBeGreaterThan(0);
  });
});
