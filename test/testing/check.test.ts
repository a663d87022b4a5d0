import { mkdtemp, mkdtempSync, promises, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ResourceRegistry, defaultRegistry } from '../../src/core/index.ts';
import {
  LeakCheck,
  LeftOpenError,
  ManualClock,
  controllableResource,
  controllableResources,
  expectNoLeaks,
  tempOutputDir,
  trackTempDirs,
} from '../../src/testing/index.ts';
import { runProgram } from '../support/run-program.ts';

describe('expectNoLeaks around a task', () => {
  test('gives its result when everything is closed', async () => {
    expect(await expectNoLeaks(() => 5)).toBe(5);
    expect(await expectNoLeaks(async () => Promise.resolve('late'))).toBe('late');
  });

  test('waits for what is still being closed', async () => {
    await expectNoLeaks(async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      setTimeout(() => server.close(), 50);
    });
  });

  test('does not blame a task that prints first', async () => {
    const end = await runProgram(`
      import { expectNoLeaks } from ${JSON.stringify(new URL('../../dist/testing/index.js', import.meta.url).href)};
      for (const lines of [true, false])
        await expectNoLeaks(() => { process.stdout.write('out\\n'); process.stderr.write('err\\n'); }, { lines, settleMs: 0 });`);
    expect(end).toMatchObject({ code: 0, stdout: 'out\nout\n', stderr: 'err\nerr\n' });
  });

  test('rejects with the list, and every line in the message', async () => {
    const registry = new ResourceRegistry();
    const resource = controllableResource();
    const failing = expectNoLeaks(() => void registry.register(resource, controllableResources, { name: 'one' }), {
      registries: [registry],
      settleMs: 0,
    });
    const error = await failing.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(LeftOpenError);
    expect(error).toMatchObject({
      code: 'WT_LEFT_OPEN',
      left: [
        {
          kind: 'resource',
          what: 'custom:controllable "one"',
          count: 1,
          createdAt: expect.stringMatching(/check\.test\.ts:\d+/),
        },
      ],
    });
    await registry.shutdown();
  });

  test('rethrows exactly what the task failed with, and lets go of its hooks', async () => {
    const error = new Error('own');
    await expect(expectNoLeaks(() => Promise.reject(error))).rejects.toBe(error);
    const before = mkdtempSync;
    expect(mkdtempSync).toBe(before);
  });

  test('does not blame what was open before, nor what may stay', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const registry = new ResourceRegistry();
    await expectNoLeaks(() => void registry.register(controllableResource(), controllableResources), {
      registries: [registry],
      ignore: ({ what }) => what === 'custom:controllable',
    });
    await registry.shutdown();
  });

  test('refuses wrong options and wrong hooks', async () => {
    await expect(expectNoLeaks(() => 1, { settle: 5 } as never)).rejects.toThrow(/settleMs/);
    expect(() => expectNoLeaks({} as never)).toThrow(expect.objectContaining({ code: 'WT_INVALID_OPTION' }));
  });

  test('counts many of a sort from one line once', async () => {
    const timers: NodeJS.Timeout[] = [];
    onTestFinished(() => timers.forEach((timer) => clearInterval(timer)));
    const check = new LeakCheck({ settleMs: 0 });
    for (let index = 0; index < 30; index += 1) timers.push(setInterval(() => undefined, 1_000));
    const left = await check.left();
    check[Symbol.dispose]();
    expect(left).toEqual([
      { kind: 'handle', what: 'Timeout', count: 30, createdAt: expect.stringMatching(/check\.test\.ts:\d+:\d+$/) as string },
    ]);
  });
});

describe('trackTempDirs', () => {
  test('sees all forms of mkdtemp, tells what is left, and gives the functions back', async () => {
    const natives = [mkdtemp, mkdtempSync, promises.mkdtemp];
    const tracker = trackTempDirs();
    const prefix = join(tmpdir(), 'watertight-test-');
    const paths = [
      mkdtempSync(prefix),
      await promises.mkdtemp(prefix),
      await new Promise<string>((resolve, reject) =>
        mkdtemp(prefix, (error, path) => (error === null ? resolve(path) : reject(error))),
      ),
    ];
    onTestFinished(() => paths.forEach((path) => rmSync(path, { recursive: true, force: true })));
    expect(tracker.left().map(({ path }) => path)).toEqual(paths);
    expect(tracker.left()[0]?.createdAt).toMatch(/check\.test\.ts:\d+/);
    rmSync(paths[0] ?? '', { recursive: true });
    expect(tracker.left()).toHaveLength(2);
    tracker[Symbol.dispose]();
    expect([mkdtemp, mkdtempSync, promises.mkdtemp]).toEqual(natives);
  });

  test('passes errors on', async () => {
    using _tracker = trackTempDirs();
    const nowhere = '/nonexistent/folder/x-';
    expect(() => mkdtempSync(nowhere)).toThrow(/ENOENT/);
    await expect(promises.mkdtemp(nowhere)).rejects.toThrow(/ENOENT/);
    expect(await new Promise((resolve) => mkdtemp(nowhere, resolve))).toMatchObject({ code: 'ENOENT' });
  });
});

describe('tempOutputDir', () => {
  test('is a row, has its prefix, and is removed with what is in it', async () => {
    const before = defaultRegistry().count();
    const folder = tempOutputDir();
    expect(folder.value).toMatch(/pktmask_test_\w{6}$/);
    mkdtempSync(join(folder.value, 'inner-'));
    expect(defaultRegistry().get(folder.id)).toMatchObject({
      type: 'temp-directory',
      createdAt: expect.stringMatching(/check\.test/),
    });
    expect(await folder.release()).toMatchObject({ result: 'released', verified: 'gone' });
    expect(defaultRegistry().count()).toBe(before);
    using other = tempOutputDir({ prefix: 'mine_' });
    expect(other.value).toMatch(/mine_\w{6}$/);
  });

  test('refuses a prefix that leads elsewhere', () => {
    expect(() => tempOutputDir({ prefix: '../x' })).toThrow(expect.objectContaining({ code: 'WT_INVALID_OPTION' }));
  });
});

describe('controllableResource', () => {
  test('fails so many times', async () => {
    const resource = controllableResource({ fail: 2 });
    const registry = new ResourceRegistry();
    const kind = { type: 'custom:x', release: () => resource.release(), retry: { attempts: 3, backoffMs: 0 } } as const;
    expect(await registry.register(resource, kind).release()).toMatchObject({ result: 'released', attempts: 3 });
    expect(resource).toMatchObject({ releases: 3, isReleased: true, overlapped: false });
  });

  test('fails always, with its own error or the one given', async () => {
    await expect(controllableResource({ fail: true })[Symbol.asyncDispose]()).rejects.toThrow('release 1 fails');
    const error = new Error('given');
    await expect(controllableResource({ fail: error, delayMs: 1 })[Symbol.asyncDispose]()).rejects.toBe(error);
  });

  test('takes as long as told', async () => {
    const clock = new ManualClock();
    const resource = controllableResource({ delayMs: 500, clock });
    const release = resource.release();
    await clock.advanceAsync(499);
    expect(resource.isReleased).toBe(false);
    await clock.advanceAsync(1);
    await release;
    expect(resource.isReleased).toBe(true);
  });

  test('hangs until it is let go', async () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock });
    const resource = controllableResource({ hang: true });
    const outcome = registry.register(resource, controllableResources).release();
    await clock.advanceAsync(10_000);
    expect(await outcome).toMatchObject({ result: 'timed-out' });
    resource.unhang();
    await clock.advanceAsync(0);
    expect(registry.count()).toBe(0);
  });
});
