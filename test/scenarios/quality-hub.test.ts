// The acceptance scenarios of Central Quality Hub that concern what is built, under the names that its documents suggest.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ManualClock, ResourceCleanupManager, ResourceRegistry, ResourceType, defineKind, scope } from '../../src/core/index.ts';
import { judgeGrowth } from '../../src/leak/index.ts';
import { MemoryProfiler, profileMemory } from '../../src/profile/index.ts';
import { MemoryMonitor } from '../../src/memory/index.ts';
import { CleanupScheduler } from '../../src/schedule/index.ts';
import { root, testNode } from '../support/run-program.ts';

const MB = 1024 * 1024;

function isOpen(descriptor: number): boolean {
  try {
    fstatSync(descriptor);
    return true;
  } catch {
    return false;
  }
}

const descriptors = defineKind<number>({
  type: ResourceType.FILE_HANDLE,
  release: closeSync,
  probe: (descriptor) => (isOpen(descriptor) ? 'still-there' : 'gone'),
});

function openSomething(): number {
  const folder = mkdtempSync(join(tmpdir(), 'watertight-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return openSync(join(folder, 'data'), 'w');
}

describe('resource cleanup', () => {
  test('register-use-cleanup-verify', async () => {
    const registry = new ResourceRegistry();
    const guard = registry.register(openSomething(), descriptors, { name: 'report' });
    expect(guard.use((descriptor) => isOpen(descriptor))).toBe(true);
    expect(await registry.verify('report')).toBe('still-there');
    expect(await guard.release()).toMatchObject({ result: 'released', verified: 'gone' });
  });

  test('verify fails when still open', async () => {
    const forgetful = defineKind<number>({
      type: ResourceType.FILE_HANDLE,
      release: () => undefined,
      probe: (descriptor) => (isOpen(descriptor) ? 'still-there' : 'gone'),
    });
    const descriptor = openSomething();
    const registry = new ResourceRegistry();
    const guard = registry.register(descriptor, forgetful);
    expect((await guard.release()).result).toBe('failed');
    expect(await registry.verify(guard.id)).toBe('still-there');
    closeSync(descriptor);
  });

  test('an unknown id is unverifiable, never clean', async () => {
    expect(await new ResourceRegistry().verify('nobody')).toBe('unverifiable');
  });

  test('scoped cleanup on exception', async () => {
    const descriptor = openSomething();
    const failing = scope({ registry: new ResourceRegistry() }).run(async (job) => {
      job.adopt(descriptor, descriptors);
      throw new Error('the step failed');
    });
    await expect(failing).rejects.toThrow('the step failed');
    expect(isOpen(descriptor)).toBe(false);
  });

  test('cleanup by type', async () => {
    const registry = new ResourceRegistry();
    const file = openSomething();
    registry.register(file, descriptors);
    const other = registry.register({}, { type: 'custom:other', release: () => undefined });
    expect(await registry.releaseAll({ type: ResourceType.FILE_HANDLE })).toMatchObject({ ok: true, released: 1 });
    expect(isOpen(file)).toBe(false);
    expect(other.state).toBe('live');
    await registry.shutdown();
  });

  test('unknown keys are refused, and the nearest known one is named', () => {
    const options = { type: 'file', realease: closeSync } as never;
    expect(() => defineKind(options)).toThrow(/realease.*release/s);
  });

  test('keys of the originals are answered with ours', () => {
    const options = { type: 'file', is_critical: true } as never;
    expect(() => defineKind(options)).toThrow('there is no option `is_critical`: use `essential`');
    expect(() => new MemoryMonitor({ max_memory_mb: 500 } as never)).toThrow(/use `configuredLimitBytes`/);
  });
});

describe('the cleanup manager', () => {
  test('register-use-cleanup-verify by id', async () => {
    const manager = new ResourceCleanupManager();
    const id = manager.registerResource('report', openSomething(), ResourceType.FILE_HANDLE, { essential: true });
    expect(manager.getResource(id)?.use((descriptor) => isOpen(descriptor as number))).toBe(true);
    expect(await manager.verifyCleanup(id)).toEqual({ stillRegistered: true, verification: 'still-there' });
    expect(await manager.cleanupResource(id)).toMatchObject({ success: true, verification: 'gone' });
    expect(await manager.verifyCleanup(id)).toEqual({ stillRegistered: false, verification: 'gone' });
  });

  test('verify fails when still open, after all attempts', async () => {
    const clock = new ManualClock();
    const manager = new ResourceCleanupManager({ clock });
    const descriptor = openSomething();
    manager.registerResource('forgotten', descriptor, ResourceType.FILE_HANDLE, { release: () => undefined });
    const result = manager.cleanupResource('forgotten');
    await clock.advanceAsync(60_000);
    expect(await result).toMatchObject({ success: false, attempts: 3 });
    expect(await manager.verifyCleanup('forgotten')).toEqual({ stillRegistered: true, verification: 'still-there' });
    closeSync(descriptor);
  });

  test('scoped cleanup on exception', async () => {
    const manager = new ResourceCleanupManager();
    const descriptor = openSomething();
    const block = async (): Promise<void> => {
      await using guard = manager.autoCleanupResource(descriptor, ResourceType.FILE_HANDLE);
      expect(isOpen(guard.value)).toBe(true);
      throw new Error('the step failed');
    };
    await expect(block()).rejects.toThrow('the step failed');
    expect(isOpen(descriptor)).toBe(false);
  });

  test('delayed task, cancellation, failing task backoff', async () => {
    const clock = new ManualClock();
    const manager = new ResourceCleanupManager({ clock });
    const calls: string[] = [];
    const startMs = clock.monotonic();
    const fail = (): never => {
      calls.push(`failing at ${Math.floor((clock.monotonic() - startMs) / 1_000)} s`);
      throw new Error('no');
    };
    manager.scheduleCleanup('temp files', () => void calls.push('delayed'), {
      delayMs: 3_600_000,
      description: 'Clean up temporary files',
    });
    manager.scheduleCleanup('cancelled', () => void calls.push('cancelled'), { delayMs: 60_000 });
    manager.scheduleCleanup('failing', fail, { delayMs: 1_000 });
    expect(manager.cancelTask('cancelled')).toBe(true);
    await clock.advanceAsync(2 * 3_600_000);
    // Three calls with growing pauses, then it is given up: a failing task was run again every second there.
    expect(calls).toHaveLength(4);
    expect(calls[0]).toBe('failing at 1 s');
    expect(calls[3]).toBe('delayed');
    const states = Object.fromEntries(manager.getScheduledCleanups().map(({ id, state }) => [id, state]));
    expect(states).toEqual({ 'temp files': 'done', cancelled: 'cancelled', failing: 'failed' });
  });

  test('cleanup by type, and one that fails stays visible', async () => {
    const manager = new ResourceCleanupManager({ maxCleanupAttempts: 1 });
    const descriptor = openSomething();
    manager.registerResource('a', descriptor, ResourceType.TEMP_FILE, { release: () => closeSync(descriptor) });
    manager.registerResource('b', {}, ResourceType.TEMP_FILE, {
      release: () => {
        throw new Error('busy');
      },
    });
    manager.registerResource('c', Buffer.alloc(1), ResourceType.MEMORY_BUFFER);
    expect(await manager.cleanupAllOfType(ResourceType.TEMP_FILE)).toMatchObject({ success: false, cleaned: 1 });
    expect(manager.getResourceStatus()).toMatchObject({ totalResources: 2, problemResources: ['b'] });
    await manager.shutdown();
  });

  test('lifetime never takes what is in use', async () => {
    const clock = new ManualClock();
    const manager = new ResourceCleanupManager({ clock });
    const descriptor = openSomething();
    manager.registerResource('log', descriptor, ResourceType.FILE_HANDLE);
    let done = (): void => {};
    const using = manager.getResource('log')?.use(() => new Promise<void>((resolve) => (done = resolve)));
    await clock.advanceAsync(2 * 3_600_000);
    expect(isOpen(descriptor)).toBe(true);
    done();
    await using;
    await clock.advanceAsync(60_000);
    expect(isOpen(descriptor)).toBe(false);
  });

  test.each(['SIGTERM', 'natural end', 'process.exit', 'uncaught'])('exit cleanup: %s', async (way) => {
    const folder = mkdtempSync(join(tmpdir(), 'watertight-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const program = `
      import { ResourceCleanupManager, ResourceType, installShutdown } from '${join(root, 'dist/core/index.js')}';
      const manager = new ResourceCleanupManager();
      installShutdown({ targets: [manager] });
      manager.registerResource('work', process.argv[1], ResourceType.TEMP_DIRECTORY);
      if (process.argv[2] === 'SIGTERM') setInterval(() => {}, 1000);
      console.log('ready');
      if (process.argv[2] === 'process.exit') process.exit(0);
      if (process.argv[2] === 'uncaught') throw new Error('expected here');`;
    const child = spawn(testNode, ['--input-type=module', '--eval', program, '--', folder, way], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'close');
    await once(child.stdout, 'data');
    if (way === 'SIGTERM') child.kill('SIGTERM');
    const [code, signal] = (await ended) as [number | null, string | null];
    expect([code, signal]).toEqual(way === 'SIGTERM' ? [null, 'SIGTERM'] : [way === 'uncaught' ? 1 : 0, null]);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('scheduler', () => {
  test('delayed and recurring tasks, cancellation, failing task backoff', async () => {
    const clock = new ManualClock();
    const scheduler = new CleanupScheduler({ clock, registry: new ResourceRegistry({ clock }), random: () => 0.5 });
    const calls: string[] = [];
    scheduler.scheduleCleanup('delayed', () => calls.push('delayed'), { delayMs: 500, description: 'once' });
    scheduler.scheduleRecurringCleanup('recurring', () => calls.push('recurring'), { intervalMs: 1_000 });
    scheduler.scheduleRecurringCleanup(
      'failing',
      () => {
        calls.push('failing');
        throw new Error('no');
      },
      { intervalMs: 1_000, backoff: { firstMs: 3_600_000 } },
    );
    await clock.advanceAsync(4_500);
    expect(calls.filter((name) => name === 'delayed')).toHaveLength(1);
    expect(calls.filter((name) => name === 'recurring')).toHaveLength(4);
    expect(calls.filter((name) => name === 'failing')).toHaveLength(1);
    expect(await scheduler.cancelTask('recurring')).toBe(true);
    await clock.advanceAsync(5_000);
    expect(calls.filter((name) => name === 'recurring')).toHaveLength(4);
    expect(scheduler.getStatus()).toMatchObject({
      tasks: [{ id: 'failing', failures: 1 }],
      ended: [{ id: 'delayed', description: 'once' }, { id: 'recurring' }],
    });
    await scheduler.stop();
  });
});

describe('profiler', () => {
  test('profiled function reports change and true peak', () => {
    const profiler = new MemoryProfiler();
    const kept: number[][] = [];
    const work = profileMemory(
      () => {
        // 40 MB that are gone at the end, 8 MB that stay.
        for (let part = 0; part < 40; part += 1) new Array<number>(131_072).fill(part);
        kept.push(new Array<number>(1_048_576).fill(1.5));
      },
      { profiler, name: 'process_dataset' },
    );
    work();
    const [report] = profiler.sections;
    expect(report?.name).toBe('process_dataset');
    expect(report?.allocatedBytes).toBeGreaterThan(47 * MB);
    expect((report?.peak.heapUsedBytes ?? 0) - (report?.start.heapUsedBytes ?? 0)).toBeGreaterThan(7.5 * MB);
    expect(report?.peak.heapUsedBytes).toBeGreaterThanOrEqual(
      (report?.start.heapUsedBytes ?? 0) + (report?.change.heapUsedBytes ?? 0),
    );
    expect(kept).toHaveLength(1);
  });
});

describe('leak detection', () => {
  test('slow leak found', () => {
    const points = Array.from({ length: 40 }, (_, at) => ({
      tMs: at * 30_000,
      liveBytes: 50 * MB + at * 0.5 * MB,
      how: 'forced' as const,
    }));
    const verdict = judgeGrowth({ points, durationMs: 40 * 30_000, limits: [{ name: 'heap', bytes: 2_048 * MB }] });
    expect(verdict.level).toBe('growing');
    expect(verdict.rate?.bytesPerSecond).toBeCloseTo((1 * MB) / 60, -3);
  });
});
