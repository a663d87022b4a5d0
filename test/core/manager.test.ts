import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, fstatSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock, ResourceCleanupManager, ResourceType, getCleanupManager, installShutdown } from '../../src/core/index.ts';
import type { RegistryEvent, ResourceCleanupManagerOptions } from '../../src/core/index.ts';

const hour = 3_600_000;

function setUp(options: ResourceCleanupManagerOptions = {}) {
  const clock = new ManualClock();
  const manager = new ResourceCleanupManager({ clock, ...options });
  onTestFinished(async () => {
    const ending = manager.shutdown();
    await clock.advanceAsync(30_000);
    await ending;
  });
  return { clock, manager };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'watertight-manager-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const box = () => ({ open: true });
const shut = (it: { open: boolean }): void => void (it.open = false);
const thrown = (task: () => unknown): unknown => {
  try {
    task();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('registering and cleaning up', () => {
  it('keeps resources under ids of the caller', async () => {
    const { manager } = setUp();
    const connection = box();
    const id = manager.registerResource('db_conn_1', connection, ResourceType.DATABASE_CONNECTION, { release: shut });
    expect(id).toBe('db_conn_1');
    expect(manager.getResource(id)?.value).toBe(connection);
    const result = await manager.cleanupResource(id);
    expect(result).toMatchObject({ resourceId: id, success: true, attempts: 1 });
    expect(result.error).toBeUndefined();
    expect(connection.open).toBe(false);
    expect(manager.getResource(id)).toBeUndefined();
    expect(await manager.verifyCleanup(id)).toEqual({ stillRegistered: false, verification: 'unverifiable' });
  });

  it('refuses an id that is in use, and releases what was handed over', () => {
    const { manager } = setUp();
    manager.registerResource('one', box(), 'custom', { release: shut });
    const second = box();
    expect(thrown(() => manager.registerResource('one', second, 'custom', { release: shut }))).toMatchObject({
      code: 'WT_NAME_TAKEN',
    });
    expect(second.open).toBe(false);
  });

  it('makes ids for those who have none, and never the same one twice', () => {
    const { manager } = setUp();
    manager.registerResource('socket-1', box(), 'socket', { release: shut });
    const ids = Array.from({ length: 3 }, () => manager.registerForCleanup(box(), 'socket', { release: shut }));
    expect(ids).toEqual(['socket-2', 'socket-3', 'socket-4']);
  });

  it('releases at the end of a block, also after a throw', async () => {
    const { manager } = setUp();
    const value = box();
    const block = async (): Promise<void> => {
      await using guard = manager.autoCleanupResource(value, 'custom', { release: shut });
      expect(guard.value.open).toBe(true);
      throw new Error('in the block');
    };
    await expect(block()).rejects.toThrow('in the block');
    expect(value.open).toBe(false);
  });

  it('says by a result, never by a throw, what failed and why', async () => {
    const { manager, clock } = setUp({ maxCleanupAttempts: 1 });
    expect(await manager.cleanupResource('nobody')).toMatchObject({ success: false, error: { code: 'WT_NOT_FOUND' } });
    let broken = true;
    const release = (): void => {
      if (broken) throw new Error('jammed');
    };
    manager.registerResource('door', {}, 'custom', { release });
    expect(await manager.cleanupResource('door')).toMatchObject({ success: false, error: { message: 'jammed' } });
    expect(manager.getResourceStatus().problemResources).toEqual(['door']);
    expect(await manager.verifyCleanup('door')).toMatchObject({ stillRegistered: true });
    broken = false;
    expect(await manager.cleanupResource('door')).toMatchObject({ success: true });
    await clock.advanceAsync(0);
    expect(manager.getResourceStatus().totalResources).toBe(0);
  });

  it('takes a resource out of all care', async () => {
    const { manager } = setUp();
    const value = box();
    manager.registerResource('mine', value, 'custom', { release: shut });
    expect(manager.unregisterResource('mine')).toBe(true);
    expect(manager.unregisterResource('mine')).toBe(false);
    await manager.cleanupAllResources();
    expect(value.open).toBe(true);
  });

  it('cleans up a type, or all', async () => {
    const { manager } = setUp({ maxCleanupAttempts: 1 });
    const release = (): never => {
      throw new Error('stuck');
    };
    manager.registerResource('a', box(), 'temp-file', { release: shut });
    manager.registerResource('b', box(), 'temp-file', { release });
    manager.registerResource('c', box(), 'socket', { release: shut });
    const summary = await manager.cleanupAllOfType(ResourceType.TEMP_FILE);
    expect(summary).toMatchObject({ success: false, cleaned: 1, failures: [{ resourceId: 'b', success: false }] });
    expect(manager.getResourceStatus().resourcesByType).toEqual({ 'temp-file': 1, socket: 1 });
    expect(await manager.cleanupAllResources('socket')).toEqual({ success: true, cleaned: 1, failures: [] });
  });

  it('keeps in use what is used', async () => {
    const { manager, clock } = setUp({ maxResourceLifetimeMs: 1_000 });
    const value = box();
    manager.registerResource('busy', value, 'custom', { release: shut });
    let done = (): void => {};
    const using = manager.getResource('busy')!.use(() => new Promise<void>((resolve) => (done = resolve)));
    await clock.advanceAsync(hour);
    expect(value.open).toBe(true);
    done();
    await using;
    await clock.advanceAsync(120_000);
    expect(value.open).toBe(false);
  });
});

describe('what is done when nobody said how', () => {
  it('removes temporary paths, and of a link only the link', async () => {
    const { manager } = setUp();
    const dir = folder();
    const precious = join(dir, 'precious');
    mkdirSync(join(dir, 'work'));
    mkdirSync(precious);
    writeFileSync(join(precious, 'keep'), '');
    writeFileSync(join(dir, 'work', 'a'), '');
    symlinkSync(precious, join(dir, 'work', 'link'));
    symlinkSync(precious, join(dir, 'link'));
    manager.registerResource('work', join(dir, 'work'), ResourceType.TEMP_DIRECTORY);
    manager.registerResource('link', join(dir, 'link'), ResourceType.TEMP_FILE);
    manager.registerResource('gone before', join(dir, 'nothing'), ResourceType.TEMP_FILE);
    for (const id of ['work', 'link', 'gone before']) {
      expect(await manager.cleanupResource(id)).toMatchObject({ success: true, verification: 'gone' });
      expect(await manager.verifyCleanup(id)).toEqual({ stillRegistered: false, verification: 'gone' });
    }
    expect(existsSync(join(precious, 'keep'))).toBe(true);
    writeFileSync(join(dir, 'link'), 'there again');
    expect((await manager.verifyCleanup('link')).verification).toBe('still-there');
  });

  it('closes descriptors, servers and sockets, and ends children and workers', async () => {
    const manager = new ResourceCleanupManager({ maxCleanupAttempts: 1 });
    const fd = openSync(join(folder(), 'a'), 'w');
    manager.registerResource('descriptor', fd, ResourceType.FILE_HANDLE);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [other] = (await accepted) as [Socket];
    manager.registerResource('server', server, ResourceType.SERVER);
    manager.registerResource('socket', socket, ResourceType.NETWORK_CONNECTION);
    manager.registerResource('other', other, ResourceType.NETWORK_CONNECTION);
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    manager.registerResource('child', child, ResourceType.PROCESS);
    const worker = new Worker('setInterval(() => 0, 1000)', { eval: true });
    await once(worker, 'online');
    manager.registerResource('worker', worker, ResourceType.THREAD);
    manager.registerResource(
      'timer',
      setInterval(() => undefined, 1_000),
      ResourceType.TIMER,
    );
    const summary = await manager.cleanupAllResources();
    expect(summary).toEqual({ success: true, cleaned: 7, failures: [] });
    expect(() => fstatSync(fd)).toThrow(/EBADF/);
    for (const id of ['descriptor', 'server', 'socket', 'child', 'worker', 'timer'])
      expect(await manager.verifyCleanup(id), id).toEqual({ stillRegistered: false, verification: 'gone' });
    expect(manager.getResourceStatus().verification).toMatchObject({ gone: 7, stillThere: 0, successRate: 1 });
  });

  it('calls what a database client or browser has for it, and the own disposer before all', async () => {
    const { manager } = setUp();
    const calls: string[] = [];
    manager.registerForCleanup({ end: async () => void calls.push('end') }, ResourceType.DATABASE_CONNECTION);
    manager.registerForCleanup({ quit: async () => void calls.push('quit') }, ResourceType.WEBDRIVER);
    manager.registerForCleanup(
      { close: () => void calls.push('close'), [Symbol.dispose]: () => void calls.push('dispose') },
      'stream',
    );
    manager.registerForCleanup(Buffer.alloc(10), ResourceType.MEMORY_BUFFER);
    expect(await manager.cleanupAllResources()).toMatchObject({ success: true, cleaned: 4 });
    expect(calls).toEqual(['dispose', 'quit', 'end']);
  });

  it('takes nothing that it could not release', () => {
    const { manager } = setUp();
    for (const [value, type] of [
      [{}, 'custom'],
      [{}, 'database'],
      [7, 'temp-file'],
      ['x', 'socket'],
    ] as const)
      expect(
        thrown(() => manager.registerForCleanup(value, type)),
        type,
      ).toMatchObject({ code: 'WT_INVALID_OPTION' });
    expect(manager.getResourceStatus().totalResources).toBe(0);
  });

  it('a descriptor whose number another file has by now is verified as gone', async () => {
    const { manager } = setUp();
    const dir = folder();
    const fd = openSync(join(dir, 'a'), 'w');
    manager.registerResource('file', fd, 'file');
    await manager.cleanupResource('file');
    const again = openSync(join(dir, 'b'), 'w');
    expect(again).toBe(fd);
    expect((await manager.verifyCleanup('file')).verification).toBe('gone');
    closeSync(again);
  });

  it('remembers the last 1 000 that were released', async () => {
    const { manager } = setUp();
    const dir = folder();
    for (let at = 0; at <= 1_000; at += 1)
      manager.registerResource(`${at}`, join(dir, `${at}`), 'temp-file', { release: () => undefined });
    for (let at = 0; at <= 1_000; at += 1) await manager.cleanupResource(`${at}`);
    expect((await manager.verifyCleanup('0')).verification).toBe('unverifiable');
    expect((await manager.verifyCleanup('1')).verification).toBe('gone');
  });
});

describe('every option shows its effect', () => {
  it('maxResourceLifetimeMs: 3 600 s unless given; a resource has its own with maxLifetimeMs', () => {
    const { manager, clock } = setUp();
    const [usual, own] = [box(), box()];
    manager.registerResource('usual', usual, 'custom', { release: shut });
    manager.registerResource('own', own, 'custom', { release: shut, maxLifetimeMs: 1_000 });
    clock.advance(1_100);
    expect([usual.open, own.open]).toEqual([true, false]);
    clock.advance(hour - 1_200);
    expect(usual.open).toBe(true);
    clock.advance(200);
    expect(usual.open).toBe(false);
  });

  it('maxResourceLifetimeMs: 0 is none', () => {
    const { manager, clock } = setUp({ maxResourceLifetimeMs: 0 });
    const value = box();
    manager.registerResource('eternal', value, 'custom', { release: shut });
    clock.advance(100 * hour);
    expect([value.open, clock.pending()]).toEqual([true, 0]);
  });

  it.each([
    [undefined, 60_000],
    [5_000, 5_000],
  ])('cleanupIntervalMs %s: looks are %i ms apart', (given, expected) => {
    const { manager, clock } = setUp({
      maxResourceLifetimeMs: 1_000,
      ...(given === undefined ? {} : { cleanupIntervalMs: given }),
    });
    manager.registerResource('first', box(), 'custom', { release: shut });
    clock.advance(500);
    const second = box();
    manager.registerResource('second', second, 'custom', { release: shut });
    clock.advance(550);
    const looked = clock.monotonic();
    while (second.open) clock.advance(10);
    expect(clock.monotonic() - looked).toBeGreaterThan(expected - 100);
    expect(clock.monotonic() - looked).toBeLessThanOrEqual(expected);
  });

  it('autoCleanup: false waits for startMonitoring()', () => {
    const { manager, clock } = setUp({ autoCleanup: false });
    const value = box();
    manager.registerResource('old', value, 'custom', { release: shut, maxLifetimeMs: 10 });
    clock.advance(2 * hour);
    expect([value.open, manager.getResourceStatus().monitoring]).toEqual([true, false]);
    manager.startMonitoring();
    manager.startMonitoring();
    clock.advance(100);
    expect([value.open, manager.getResourceStatus().monitoring]).toEqual([false, true]);
  });

  it('stopMonitoring() ends it', () => {
    const { manager, clock } = setUp();
    const value = box();
    manager.registerResource('old', value, 'custom', { release: shut });
    manager.stopMonitoring();
    clock.advance(2 * hour);
    expect(value.open).toBe(true);
  });

  it.each([
    [undefined, 3],
    [5, 5],
  ])('maxCleanupAttempts %s: %i calls, with growing pauses', async (given, expected) => {
    const { manager, clock } = setUp(given === undefined ? {} : { maxCleanupAttempts: given });
    let calls = 0;
    const release = (): never => {
      calls += 1;
      throw new Error('never');
    };
    manager.registerResource('bad', {}, 'custom', { release });
    const result = manager.cleanupResource('bad');
    await clock.advanceAsync(60_000);
    expect(await result).toMatchObject({ success: false, attempts: expected });
    expect(calls).toBe(expected);
    expect(manager.getResourceStatus()).toMatchObject({ cleanupSuccessRate: 0, problemResources: ['bad'] });
  });

  it('name, monitor and logger are those of its registry', async () => {
    const events: RegistryEvent[] = [];
    const lines: string[] = [];
    const line = (_fields: unknown, text: string): void => void lines.push(text);
    const logger = { debug: line, info: line, warn: line, error: line };
    const { manager } = setUp({ name: 'night shift', monitor: { record: (event) => events.push(event) }, logger });
    manager.registerResource('x', box(), 'custom', { release: shut });
    await manager.cleanupResource('x');
    expect(manager.name).toBe('night shift');
    expect(events.map((event) => `${event.registry} ${event.kind}`)).toEqual(
      ['registered', 'releasing', 'released'].map((kind) => `night shift ${kind}`),
    );
    expect(lines).toContain('custom released');
  });

  it('essential: released by nobody but the caller, whatever the age; shown in the status', async () => {
    const { manager, clock } = setUp();
    const value = box();
    manager.registerResource('db', value, 'database', { release: shut, essential: true, maxLifetimeMs: 10 });
    clock.advance(10 * hour);
    expect(value.open).toBe(true);
    expect(manager.getResourceStatus().essentialResources).toBe(1);
    expect((await manager.cleanupResource('db')).success).toBe(true);
  });

  it('bytes, priority, metadata, probe, maxIdleMs of a resource count as on a registry', async () => {
    const { manager, clock } = setUp();
    const value = box();
    const probe = () => 'still-there' as const;
    manager.registerResource('r', value, 'custom', { release: shut, bytes: 7, priority: 3, metadata: { a: 'b' }, probe });
    expect(manager.registry.get('r')).toMatchObject({ bytes: 7, priority: 3, metadata: { a: 'b' } });
    const result = manager.cleanupResource('r');
    await clock.advanceAsync(60_000);
    expect(await result).toMatchObject({ success: false, error: { code: 'WT_RELEASE_FAILED' } });
    const idle = box();
    manager.registerResource('idle', idle, 'custom', { release: shut, maxIdleMs: 100 });
    await clock.advanceAsync(120_000);
    expect(idle.open).toBe(false);
  });

  it('unknown keys are refused with the nearest one, keys of the original with ours', () => {
    const refused = (options: object): string => String(thrown(() => new ResourceCleanupManager(options)));
    expect(refused({ auto_cleanup: true })).toMatch(/did you mean `autoCleanup`/);
    expect(refused({ cleanup_interval: 60 })).toMatch(/did you mean `cleanupIntervalMs`/);
    expect(refused({ max_resource_lifetime: 60 })).toMatch(/did you mean `maxResourceLifetimeMs`/);
    expect(refused({ max_cleanup_attempts: 3 })).toMatch(/did you mean `maxCleanupAttempts`/);
    expect(refused({ maxCleanupAttempts: 0 })).toMatch(/must be a whole number from 1 to 100, got 0/);
    const { manager } = setUp();
    const wrong = (options: object): string => String(thrown(() => manager.registerForCleanup(box(), 'custom', options)));
    expect(wrong({ is_critical: true })).toMatch(/registerForCleanup: there is no option `is_critical`: use `essential`/);
    expect(wrong({ cleanup_function: shut })).toMatch(/use `release`/);
    expect(wrong({ max_lifetime: 5 })).toMatch(/use `maxLifetimeMs`/);
    expect(wrong({ name: 'x' })).toMatch(/there is no option `name`/);
    expect(String(thrown(() => manager.registerResource('', box(), 'custom')))).toMatch(/the id must be a string of 1 to 256/);
  });

  it('leak detection answers that it is elsewhere, unless it was imported', () => {
    const { manager } = setUp();
    for (const ask of [
      () => manager.getLeakReport(),
      () => manager.startLeakDetection(),
      () => new ResourceCleanupManager({ enableLeakDetection: true }),
    ])
      expect(thrown(ask)).toMatchObject({
        code: 'WT_NOT_AVAILABLE',
        message: expect.stringContaining("import 'watertight/leak'"),
      });
    const former = (options: object): string => String(thrown(() => new ResourceCleanupManager(options)));
    expect(former({ enable_leak_detection: true })).toMatch(/use `enableLeakDetection`/);
    expect(former({ leak_check_interval: 300 })).toMatch(/use `leakCheckIntervalMs`/);
  });
});

describe('scheduled cleanups', () => {
  it('run once, after their delay, and stay in the status', async () => {
    const { manager, clock } = setUp();
    let calls = 0;
    manager.scheduleCleanup('temp_files', () => void (calls += 1), { delayMs: hour, description: 'Clean up temporary files' });
    expect(manager.getScheduledCleanups()).toEqual([
      { id: 'temp_files', description: 'Clean up temporary files', state: 'waiting', dueAtMs: clock.now() + hour, attempts: 0 },
    ]);
    expect(clock.pending('ref')).toBe(0);
    await clock.advanceAsync(hour - 1);
    expect(calls).toBe(0);
    await clock.advanceAsync(1_000);
    expect(calls).toBe(1);
    await clock.advanceAsync(10 * hour);
    expect(calls).toBe(1);
    expect(manager.getResourceStatus().scheduled).toMatchObject([{ id: 'temp_files', state: 'done', attempts: 1 }]);
  });

  it('are cancelled, and refuse an id that waits', async () => {
    const { manager, clock } = setUp();
    let calls = 0;
    manager.scheduleCleanup('a', () => void (calls += 1), { delayMs: 1_000 });
    expect(thrown(() => manager.scheduleCleanup('a', () => undefined))).toMatchObject({ code: 'WT_NAME_TAKEN' });
    expect(manager.cancelTask('a')).toBe(true);
    expect(manager.cancelTask('a')).toBe(false);
    expect(manager.cancelTask('nobody')).toBe(false);
    await clock.advanceAsync(5_000);
    expect(calls).toBe(0);
    manager.scheduleCleanup('a', () => void (calls += 1));
    await clock.advanceAsync(1_000);
    expect(calls).toBe(1);
  });

  it('try again when they fail, and keep the error', async () => {
    const { manager, clock } = setUp();
    let calls = 0;
    const fail = (): never => {
      calls += 1;
      throw new Error('still locked');
    };
    manager.scheduleCleanup('locked', fail);
    await clock.advanceAsync(120_000);
    expect(calls).toBe(3);
    expect(manager.getScheduledCleanups()).toMatchObject([{ state: 'failed', attempts: 3, error: { message: 'still locked' } }]);
  });

  it('say running while they run', async () => {
    const { manager, clock } = setUp();
    let done = (): void => {};
    manager.scheduleCleanup('slow', () => new Promise<void>((resolve) => (done = resolve)));
    await clock.advanceAsync(100);
    expect(manager.getScheduledCleanups()).toMatchObject([{ state: 'running' }]);
    expect(manager.cancelTask('slow')).toBe(false);
    done();
    await clock.advanceAsync(100);
    expect(manager.getScheduledCleanups()).toMatchObject([{ state: 'done' }]);
  });

  it('keep the last 100 that ended, and check what they are given', async () => {
    const { manager, clock } = setUp();
    for (let at = 0; at < 150; at += 1) manager.scheduleCleanup(`task ${at}`, () => undefined);
    await clock.advanceAsync(1_000);
    expect(manager.getScheduledCleanups()).toHaveLength(100);
    expect(manager.getScheduledCleanups()[0]?.id).toBe('task 50');
    expect(() => manager.scheduleCleanup('x', 'y' as never)).toThrow(/the cleanup must be a function/);
    expect(() => manager.scheduleCleanup('', () => undefined)).toThrow(/the id must be/);
    expect(() => manager.scheduleCleanup('x', () => undefined, { delay_seconds: 5 } as never)).toThrow(
      /no option `delay_seconds`/,
    );
  });

  it('fail, and do no more, when the registry has been closed under them', async () => {
    const { manager, clock } = setUp();
    manager.scheduleCleanup('late', () => undefined, { delayMs: 1_000 });
    await manager.registry.shutdown();
    await clock.advanceAsync(5_000);
    expect(manager.getScheduledCleanups()).toMatchObject([{ state: 'failed', error: { code: 'WT_SHUTTING_DOWN' } }]);
  });

  it('are cancelled by the shutdown', async () => {
    const { manager, clock } = setUp();
    let calls = 0;
    manager.scheduleCleanup('late', () => void (calls += 1), { delayMs: 1_000 });
    await manager.shutdown();
    await clock.advanceAsync(5_000);
    expect([calls, clock.pending()]).toEqual([0, 0]);
  });
});

describe('the end', () => {
  it('shutdown() releases everything; await using does, and throws what failed', async () => {
    const value = box();
    const block = async (): Promise<void> => {
      await using manager = new ResourceCleanupManager({ maxCleanupAttempts: 1 });
      manager.registerResource('good', value, 'custom', { release: shut });
      const release = (): never => {
        throw new Error('bad end');
      };
      manager.registerResource('bad', {}, 'custom', { release });
    };
    await expect(block()).rejects.toMatchObject({ code: 'WT_RELEASE_FAILED', failures: [{ name: 'bad' }] });
    expect(value.open).toBe(false);
  });

  it('is a target of installShutdown', async () => {
    const { manager } = setUp();
    const value = box();
    manager.registerResource('x', value, 'custom', { release: shut });
    expect([...manager.list()].map((row) => row.name)).toEqual(['x']);
    const installed = installShutdown({ targets: [manager], signals: false });
    expect(await installed.close()).toMatchObject({ ok: true, released: 1 });
    installed[Symbol.dispose]();
    expect(value.open).toBe(false);
  });

  it('releases synchronously when nothing can wait', () => {
    const { manager } = setUp();
    const value = box();
    manager.registerResource('x', value, 'custom', { releaseSync: shut });
    manager.scheduleCleanup('y', () => undefined, { delayMs: 10 });
    manager.releaseAllSync('shutdown');
    expect(value.open).toBe(false);
    expect(manager.getScheduledCleanups()).toMatchObject([{ state: 'cancelled' }]);
  });

  it('then removes paths and ends children that nobody said how to release', async () => {
    const { manager } = setUp();
    const path = join(folder(), 'work');
    mkdirSync(path);
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    manager.registerForCleanup(path, ResourceType.TEMP_DIRECTORY);
    manager.registerForCleanup(child, ResourceType.PROCESS);
    manager.releaseAllSync('shutdown');
    expect(existsSync(path)).toBe(false);
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  it('the manager of the process is one, and its options count once', async () => {
    const manager = getCleanupManager({ maxResourceLifetimeMs: 5 * hour });
    expect(getCleanupManager()).toBe(manager);
    expect(thrown(() => getCleanupManager({}))).toMatchObject({ code: 'WT_INVALID_OPTION' });
    await manager.shutdown();
  });
});
