// The test scenarios of PktMask that are not about stages, temporary files or captures, under the names that its documents give them.
import { describe, expect, test } from 'vitest';
import { ManualClock, ResourceRegistry, defineKind, scope } from '../../src/core/index.ts';
import { MemoryMonitor, collectGarbage, readMemory } from '../../src/memory/index.ts';
import type { MemoryReading } from '../../src/memory/index.ts';

const MB = 1024 * 1024;

/** A monitor that measures nothing: it sees so much resident memory of a limit of 1 024 MB. */
function monitorAt(rssMb: () => number): MemoryMonitor {
  const probe = (): MemoryReading => ({ ...readMemory(), rssBytes: rssMb() * MB });
  const options = { collections: false, clock: new ManualClock(), cooldownMs: 0 } as const;
  return new MemoryMonitor({ configuredLimitBytes: 1_024 * MB, limits: ['configured'], probe, ...options });
}

describe('unified memory', () => {
  test('monitor init from config; pressure arithmetic 512/1024 = 0.5', () => {
    const sample = monitorAt(() => 512).sample();
    expect(sample.tightest).toMatchObject({ name: 'configured', bytes: 1_024 * MB, share: 0.5 });
    expect(sample.level).toBe('normal');
  });

  test('pressure callback registered and called, also on a low threshold', () => {
    let used = 100;
    const monitor = monitorAt(() => used);
    const told: string[] = [];
    const listening = monitor.onLevel((change) => told.push(change.to));
    monitor.sample();
    used = 870;
    monitor.sample();
    used = 100;
    monitor.sample();
    listening[Symbol.dispose]();
    expect(told).toEqual(['warning', 'normal']);
  });

  test('a failing callback does not throw', () => {
    const monitor = monitorAt(() => 1_000);
    using listening = monitor.onLevel(() => {
      throw new Error('not my day');
    });
    expect(monitor.sample().level).toBe('critical');
    expect(monitor.health().listenerErrors).toBe(1);
    expect(listening).toBeDefined();
  });

  test('GC trigger counts', () => {
    expect(collectGarbage()).toMatchObject({ heapUsedBytes: expect.any(Number), pauseMs: expect.any(Number) });
  });

  test('callback executed, once', async () => {
    let calls = 0;
    const owner = scope({ registry: new ResourceRegistry() });
    owner.defer(() => void (calls += 1));
    await Promise.all([owner.close(), owner.close()]);
    await owner.close();
    expect(calls).toBe(1);
  });

  test('stats counts', async () => {
    const registry = new ResourceRegistry();
    const buffers = defineKind<Buffer>({ type: 'buffer', release: () => undefined });
    registry.register(Buffer.alloc(10), buffers, { bytes: 10 });
    registry.register(Buffer.alloc(20), buffers, { bytes: 20 });
    expect([...registry.list()].map((row) => row.bytes).reduce((sum, bytes) => sum + bytes, 0)).toBe(30);
    expect((await registry.shutdown()).released).toBe(2);
  });

  test('all parts are cleaned up when one fails, and the failure is reported', async () => {
    const order: string[] = [];
    const owner = scope({ registry: new ResourceRegistry() });
    for (const part of ['resource manager', 'error handler', 'data validator']) {
      owner.defer(
        () => {
          order.push(part);
          if (part === 'error handler') throw new Error('missing');
        },
        { name: part },
      );
    }
    const report = await owner.close();
    expect(order).toEqual(['data validator', 'error handler', 'resource manager']);
    expect(report.problems.map((problem) => problem.name)).toEqual(['error handler']);
  });
});
