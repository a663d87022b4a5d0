import { chmodSync, readdirSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reaperSupport } from '../../src/process/index.ts';
import { root } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { leftOf, ready, startHolder } from './holder.ts';
import { eventually, node, pidsFrom, runs, stateOf, stranger } from './trees.ts';

const asRoot = process.getuid?.() === 0;
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
