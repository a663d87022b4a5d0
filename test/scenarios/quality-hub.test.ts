// The acceptance scenarios of Central Quality Hub that concern what is built, under the names that its documents suggest.
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ManualClock, ResourceRegistry, ResourceType, defineKind, scope } from '../../src/core/index.ts';
import { judgeGrowth } from '../../src/leak/index.ts';
import { MemoryMonitor } from '../../src/memory/index.ts';
import { CleanupScheduler } from '../../src/schedule/index.ts';

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
