import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { ProcessTable } from '../../src/kernel/processes/index.ts';
import { ProcessTree, sendSignal, systemProcessTable } from '../../src/kernel/processes/index.ts';
import { endTreesOf } from '../../src/process/estates.ts';
import { newMark } from '../../src/process/marks.ts';
import { eventually, runs, stranger } from './trees.ts';

const table = systemProcessTable();
const nonce = '0123456789abcdef0123456789abcdef';

/** The real table, but this number has been given to another process since we saw it. */
function reused(pid: number): ProcessTable {
  return {
    ...table,
    read(asked) {
      const found = table.read(asked);
      return found === undefined || asked !== pid ? found : { ...found, start: found.start + 1 };
    },
  };
}

async function pidOf(child: ReturnType<typeof stranger>): Promise<number> {
  if (child.pid === undefined) await once(child, 'spawn');
  return child.pid ?? 0;
}

describe('no stranger is signalled', () => {
  test('a process whose number was used again', async () => {
    const pid = await pidOf(stranger('sleep', ['600']));
    const seen = { pid, start: table.read(pid)?.start ?? 0 };
    expect(sendSignal(reused(pid), seen, 'SIGKILL')).toBe(false);
    expect(runs(pid)).toBe(true);
    expect(sendSignal(table, seen, 'SIGKILL')).toBe(true);
    await eventually('the right one is gone', () => !runs(pid));
  });

  test('the first process, this one, and one whose start is not known', () => {
    const own = table.read(process.pid)?.start ?? 0;
    expect(sendSignal(table, { pid: 1, start: table.read(1)?.start ?? 1 }, 'SIGURG')).toBe(false);
    expect(sendSignal(table, { pid: process.pid, start: own }, 'SIGURG')).toBe(false);
    expect(sendSignal(table, { pid: process.ppid, start: 0 }, 'SIGURG')).toBe(false);
  });

  test('the children of whoever has got the number of a root that died', async () => {
    const pid = await pidOf(stranger('sh', ['-c', 'sleep 600 & wait']));
    await eventually('it has a child', () => table.childrenOf(pid).length === 1);
    const root = { pid, start: table.read(pid)?.start ?? 0 };
    const tree = new ProcessTree(reused(pid), root);
    tree.poll();
    expect(tree.alive()).toEqual([]);
    const right = new ProcessTree(table, root);
    right.poll();
    const [child] = right.alive();
    expect(child?.parent).toBe(pid);
    if (child) process.kill(child.pid, 'SIGKILL');
  });

  test('what a dead owner’s journal names by a number that was used again, or in another namespace', async () => {
    const mark = newMark(nonce);
    const pid = await pidOf(stranger('sleep', ['600']));
    const start = table.read(pid)?.start ?? 0;
    const { space = '' } = table;
    await endTreesOf(table, [
      { mark, pid, start: start + 1, space },
      { mark, pid, start, space: `${space} elsewhere` },
      { mark: 'PATH', pid, start, space },
      { mark: '', pid, start, space },
    ]);
    expect(runs(pid)).toBe(true);
    await endTreesOf(table, [{ mark, pid, start, space }]);
    await eventually('the one that was meant is gone', () => !runs(pid));
  });

  test('by the mark a process is found that has no entry but the mark', async () => {
    const mark = newMark(nonce);
    const child = spawn('sh', ['-c', 'sleep 600 & wait'], {
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, [mark]: '1' },
    });
    const exit = once(child, 'exit');
    await endTreesOf(table, [{ mark }]);
    expect(await exit).toEqual([null, 'SIGKILL']);
  });
});
