import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { ResourceRegistry, defaultRegistry, scope } from '../../src/core/index.ts';
import type { OwnProcessOptions } from '../../src/process/index.ts';
import { ownProcess } from '../../src/process/index.ts';
import { eventually, levels, node, pidsFrom, running, runs, stateOf, stranger, threeLevels } from './trees.ts';

const piped: OwnProcessOptions = { stdio: ['ignore', 'pipe', 'inherit'] };

describe('a tree is stopped as a whole', () => {
  test('three levels, one forked twice into a session of its own, one with a wiped environment', async () => {
    const tree = await ownProcess('sh', ['-c', threeLevels], piped);
    const pids = await pidsFrom(tree.child, levels);
    expect(tree.processes().map(({ pid }) => pid)).toEqual(expect.arrayContaining(Object.values(pids)));
    const report = await tree.stop();
    expect(report).toMatchObject({ ok: true, left: [] });
    expect(running(pids)).toEqual([]);
    expect(tree.verify()).toBe('gone');
    expect(tree.state).toBe('released');
  });

  test('a child that ignores SIGTERM is killed when its grace is over', async () => {
    const tree = await ownProcess('sh', ['-c', 'trap "" TERM; echo "root $$"; while :; do sleep 600; done'], piped);
    await pidsFrom(tree.child, 1);
    const report = await tree.stop({ graceMs: 100 });
    expect(report.ok).toBe(true);
    expect(report.killed).toBeGreaterThan(0);
    expect(await tree.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('a child that ends when asked is not killed, and its exit status is kept', async () => {
    const program =
      "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('root ' + process.pid);";
    const tree = await ownProcess(node, ['-e', program], piped);
    await pidsFrom(tree.child, 1);
    expect(await tree.stop({ graceMs: 20_000 })).toMatchObject({ ok: true, killed: 0 });
    expect(await tree.ended).toEqual({ code: 7, signal: null });
  });

  test('a child that forks twice and ends at once leaves a row until what it left has ended', async () => {
    const tree = await ownProcess('sh', ['-c', '(setsid sh -c \'echo "forked $$"; exec sleep 600\' &)'], piped);
    const { forked = 0 } = await pidsFrom(tree.child, 1);
    await tree.ended;
    expect(tree.state).toBe('live');
    expect(tree.processes().map(({ pid }) => pid)).toEqual([forked]);
    expect(await tree.stop()).toMatchObject({ ok: true });
    expect(runs(forked)).toBe(false);
  });

  test('an orphan that wiped its environment is known by the session of the process that ended', async () => {
    const tree = await ownProcess('sh', ['-c', 'env -i sh -c \'echo "wiped $$"; exec sleep 600\' & exec sleep 0.2'], piped);
    const { wiped = 0 } = await pidsFrom(tree.child, 1);
    await tree.ended;
    expect(tree.processes()).toMatchObject([{ pid: wiped, proof: `of the session of process ${tree.pid}` }]);
    expect(await tree.stop()).toMatchObject({ ok: true });
    expect(runs(wiped)).toBe(false);
  });

  test('a child that fills its pipes is ended, and its pipes are closed', async () => {
    const tree = await ownProcess('sh', ['-c', 'yes & yes >&2'], { stdio: 'pipe' });
    await eventually('it is blocked', () => (tree.child.stdout?.readableLength ?? 0) > 0 && tree.processes().length > 1);
    expect(await tree.stop()).toMatchObject({ ok: true });
    await eventually('closed', () => tree.child.stdout?.destroyed === true && tree.child.stderr?.destroyed === true);
  });

  test('output that is being read arrives to the end', async () => {
    const tree = await ownProcess(node, ['-e', "process.stdout.write('x'.repeat(300_000)); setInterval(() => {}, 1000)"], piped);
    let length = 0;
    tree.child.stdout?.on('data', (part: Buffer) => (length += part.length));
    await eventually('all was read', () => length === 300_000);
    const closed = once(tree.child, 'close');
    await tree.stop();
    await closed;
    expect(length).toBe(300_000);
  });

  test('a zombie of a parent that does not wait counts as still there, and goes with its parent', async () => {
    // exec replaces the shell, which would wait, by one that never does.
    const tree = await ownProcess('sh', ['-c', 'sh -c \'echo "zombie $$"\' & exec sleep 600'], piped);
    const { zombie = 0 } = await pidsFrom(tree.child, 1);
    await eventually('it is a zombie', () => stateOf(zombie)?.state === 'Z');
    expect(tree.processes().map(({ pid }) => pid)).toEqual([tree.pid]);
    expect(tree.verify()).toBe('still-there');
    const report = await tree.stop({ reapGraceMs: 20_000 });
    expect(report).toMatchObject({ ok: true, zombies: [] });
    expect(stateOf(zombie)).toBeUndefined();
  });

  test('what is started while it is being stopped is found', async () => {
    const again =
      'trap \'sh -c "trap \\"\\" TERM; while :; do sleep 1; done" & exit\' TERM; echo "root $$"; while :; do sleep 0.05; done';
    const tree = await ownProcess('sh', ['-c', again], piped);
    await pidsFrom(tree.child, 1);
    expect(await tree.stop({ graceMs: 300 })).toMatchObject({ ok: true, left: [] });
    expect(tree.processes()).toEqual([]);
  });
});

describe('the row', () => {
  test('a child that exits at once ends its row by itself', async () => {
    const registry = new ResourceRegistry();
    const tree = await ownProcess('true', [], { owner: registry });
    expect(registry.get(tree.id)).toMatchObject({
      type: 'process',
      state: 'live',
      createdAt: expect.stringContaining('faults.test.ts'),
    });
    expect(await tree.ended).toEqual({ code: 0, signal: null });
    await eventually('the row has ended', () => registry.count() === 0);
    expect(await tree.release()).toMatchObject({ result: 'released', verified: 'gone' });
    await registry.shutdown();
  });

  test('a scope ends it, and says that it was looked for', async () => {
    let pid = 0;
    await scope().run(async (inner) => {
      const tree = await ownProcess('sleep', ['600'], { owner: inner, row: { name: 'sleeper' } });
      ({ pid } = tree);
      expect(defaultRegistry().get('sleeper')?.type).toBe('process');
    });
    expect(runs(pid)).toBe(false);
  });

  test('`using` and `await using` end it', async () => {
    let first = 0;
    {
      using tree = await ownProcess('sh', ['-c', 'trap "" TERM; sleep 600 & wait']);
      first = tree.pid;
    }
    await eventually('the first is gone', () => !runs(first));
    let second = 0;
    {
      await using tree = await ownProcess('sleep', ['600']);
      second = tree.pid;
    }
    expect(runs(second)).toBe(false);
  });

  test('on a closed owner the child is stopped and the call refused', async () => {
    const registry = new ResourceRegistry();
    await registry.shutdown();
    await expect(ownProcess('sleep', ['611'], { owner: registry })).rejects.toMatchObject({ code: 'WT_SHUTTING_DOWN' });
  });

  test('two stops at a time are one', async () => {
    const tree = await ownProcess('sleep', ['600']);
    const [one, two] = await Promise.all([tree.stop(), tree.stop()]);
    expect(one).toBe(two);
    expect(await tree.stop()).toMatchObject({ ok: true, signalled: 0 });
  });

  test('detached, it is nobody’s business any more', async () => {
    const tree = await ownProcess('sleep', ['600']);
    const child = tree.detach();
    expect(tree.state).toBe('detached');
    expect(runs(tree.pid)).toBe(true);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  });

  test('memory is measured over the whole tree', async () => {
    await using tree = await ownProcess('sh', ['-c', 'sleep 600 & sleep 600 & echo "root $$"; wait'], piped);
    await pidsFrom(tree.child, 1);
    await eventually('three processes', () => tree.processes().length === 3);
    const { processes, rssBytes, pssBytes } = tree.memory();
    expect(processes).toBe(3);
    expect(pssBytes).toBeGreaterThan(0);
    expect(pssBytes).toBeLessThan(rssBytes);
    expect(tree.memory({ pss: false }).pssBytes).toBeNull();
  });
});

describe('what is refused', () => {
  test('a command that is not there, with the system’s code as the cause', async () => {
    await expect(ownProcess('/no-such-command-here')).rejects.toMatchObject({
      code: 'WT_PROCESS_NOT_STARTED',
      cause: { code: 'ENOENT' },
    });
    expect(defaultRegistry().count()).toBe(0);
  });

  test('unknown options, with the nearest known', async () => {
    // @ts-expect-error not an option
    await expect(ownProcess('true', [], { stdoi: 'pipe' })).rejects.toThrow('did you mean `stdio`?');
    // @ts-expect-error not an option
    await expect(ownProcess('true', [], { stop: { grace: 1 } })).rejects.toMatchObject({ code: 'WT_INVALID_OPTION' });
    // @ts-expect-error not a command
    await expect(ownProcess(42)).rejects.toMatchObject({ code: 'WT_INVALID_OPTION' });
  });
});

describe('nobody else', () => {
  test('a process with the same command, and one with a similar mark, live on', async () => {
    const same = stranger('sleep', ['600']);
    const similar = stranger('sleep', ['600'], { WATERTIGHT_OWNER: 'somebody', WATERTIGHT_TREE_0123456789abcdef_1: '1' });
    const tree = await ownProcess('sleep', ['600']);
    await tree.stop();
    expect([same, similar].map(({ pid = 0 }) => runs(pid))).toEqual([true, true]);
  });
});
