// The test scenarios of Patinox, under the names that its documents give them. docs/reference/names.md lists them.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  CleanupPriority,
  ManualClock,
  ReleaseFailedError,
  ResourceRegistry,
  WatertightError,
  defineKind,
  probeStream,
  scope,
} from '../../src/core/index.ts';
import type { RegistryEvent, ResourceGuard } from '../../src/core/index.ts';

interface Box {
  open: boolean;
  fill: number;
}

const box = (): Box => ({ open: true, fill: 0 });
const boxes = defineKind<Box>({
  type: 'custom:box',
  release: (it) => {
    it.open = false;
  },
});
const brittle = defineKind<Box>({
  type: 'custom:box',
  release: () => {
    throw new Error('jammed');
  },
});
const slow = defineKind<Box>({ type: 'custom:box', release: () => nextTurn() });

describe('guard', () => {
  const registry = (): ResourceRegistry => new ResourceRegistry();

  test('create and access; immutable and mutable access', async () => {
    const guard = registry().register(box(), boxes);
    guard.use((it) => {
      it.fill = 3;
    });
    expect(guard.value).toEqual({ open: true, fill: 3 });
    await guard.release();
  });

  test('into_inner skips cleanup', () => {
    const guard = registry().register(box(), boxes);
    expect(guard.detach().open).toBe(true);
    expect(guard.state).toBe('detached');
  });

  test('manual cleanup succeeds', async () => {
    const value = box();
    const outcome = await registry().register(value, boxes).release();
    expect(outcome).toMatchObject({ result: 'released', attempts: 1 });
    expect(value.open).toBe(false);
  });

  test('manual cleanup failure surfaces its cause', async () => {
    const outcome = await registry().register(box(), brittle).release();
    expect(outcome.result).toBe('failed');
    expect(outcome.error).toMatchObject({ message: 'jammed' });
  });

  test('drop triggers cleanup', async () => {
    const value = box();
    {
      await using guard = registry().register(value, boxes);
      expect(guard.value.open).toBe(true);
    }
    expect(value.open).toBe(false);
  });

  test('drop failure is contained, and seen', async () => {
    const owner = registry();
    const dropped = async (): Promise<void> => {
      await using guard = owner.register(box(), brittle, { name: 'jam jar' });
      expect(guard.state).toBe('live');
    };
    await expect(dropped()).rejects.toThrow(ReleaseFailedError);
    expect((await owner.shutdown()).problems.map((problem) => problem.name)).toEqual(['jam jar']);
  });

  test('100 concurrent guards', async () => {
    const owner = registry();
    const values = Array.from({ length: 100 }, box);
    const guards = values.map((value) => owner.register(value, slow));
    const outcomes = await Promise.all(guards.map(async (guard) => guard.release()));
    expect(outcomes.filter((outcome) => outcome.result !== 'released')).toEqual([]);
    expect(owner.count()).toBe(0);
  });

  test('outer timeout on slow cleanup', async () => {
    const clock = new ManualClock();
    const stuck = defineKind<Box>({ type: 'custom:box', release: () => new Promise(() => undefined), releaseTimeoutMs: 50 });
    const ending = new ResourceRegistry({ clock }).register(box(), stuck).release();
    await clock.advanceAsync(60);
    expect(await ending).toMatchObject({ result: 'timed-out', error: { code: 'WT_RELEASE_TIMEOUT' } });
  });

  test('moved to another task', async () => {
    const value = box();
    const guard = registry().register(value, boxes);
    const elsewhere = async (given: ResourceGuard<Box>) => {
      await nextTurn();
      return given.release();
    };
    expect((await elsewhere(guard)).result).toBe('released');
  });

  test('panic during cleanup; basic error path', async () => {
    const owner = registry();
    const healthy = box();
    const first = owner.register(healthy, boxes);
    const second = owner.register(box(), brittle);
    expect((await second.release()).result).toBe('failed');
    expect((await first.release()).result).toBe('released');
    expect(owner.metrics()).toBeDefined();
  });
});

describe('errors', () => {
  test('strategy per variant', () => {
    const recoveries = (
      ['WT_RELEASE_TIMEOUT', 'WT_RELEASED', 'WT_RELEASE_FAILED', 'WT_SHUTTING_DOWN', 'WT_RESOURCE_EXHAUSTED'] as const
    ).map((code) => new WatertightError(code, 'x').recovery);
    expect(recoveries).toEqual(['retry', 'fail', 'fallback', 'fail', 'retry']);
  });

  test('display text; conversion keeps message and cause', () => {
    const cause = new Error('disk on fire');
    const error = new WatertightError('WT_RELEASE_FAILED', 'the log was not closed', { cause });
    expect(String(error)).toMatch(/the log was not closed \(WT_RELEASE_FAILED\)/);
    expect(error.cause).toBe(cause);
  });
});

describe('registry', () => {
  test('healthy and empty at start; register, inspect, unregister; ten resources', async () => {
    const registry = new ResourceRegistry();
    expect(registry.health().status).toBe('healthy');
    expect(registry.count()).toBe(0);
    const guards = Array.from({ length: 10 }, (_, at) => registry.register(box(), boxes, { name: `box ${at}`, bytes: 10 }));
    expect(registry.count()).toBe(10);
    expect(registry.get('box 3')).toMatchObject({ type: 'custom:box', state: 'live', bytes: 10 });
    for (const guard of guards) await guard.release();
    expect(registry.count()).toBe(0);
  });

  test('shutdown → unhealthy and empty; operations refused after shutdown', async () => {
    const registry = new ResourceRegistry();
    const value = box();
    registry.register(value, boxes);
    expect(await registry.shutdown()).toMatchObject({ ok: true, released: 1 });
    expect(value.open).toBe(false);
    expect(registry.count()).toBe(0);
    expect(registry.health().status).not.toBe('healthy');
    const late = box();
    expect(() => registry.register(late, boxes)).toThrow(expect.objectContaining({ code: 'WT_SHUTTING_DOWN' }));
    expect(late.open).toBe(false);
  });

  test('force cleanup count', async () => {
    const registry = new ResourceRegistry();
    const values = Array.from({ length: 5 }, box);
    for (const value of values) registry.register(value, boxes);
    expect(await registry.forceCleanupAll()).toMatchObject({ ok: true, released: 5 });
    expect(values.every((value) => !value.open)).toBe(true);
  });

  test('1000 ids unique', async () => {
    const registry = new ResourceRegistry();
    const ids = Array.from({ length: 1_000 }, () => registry.track(box(), boxes));
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) registry.untrack(id);
    const again = Array.from({ length: 1_000 }, () => registry.track(box(), boxes));
    expect(new Set([...ids, ...again]).size).toBe(2_000);
    for (const id of again) registry.untrack(id);
  });

  test('guard and registry with ten concurrent tasks', async () => {
    const registry = new ResourceRegistry();
    await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        scope({ registry, name: `task ${at}` }).run(async (task) => {
          const guard = await task.acquire(async () => box(), boxes);
          await nextTurn();
          guard.use((it) => (it.fill += 1));
        }),
      ),
    );
    expect(registry.count()).toBe(0);
  });
});

describe('designed but missing there', () => {
  test('priority order with mixed priorities; FIFO within a priority', async () => {
    const registry = new ResourceRegistry({ concurrency: 1 });
    const order: string[] = [];
    const priorities = [
      CleanupPriority.Low,
      CleanupPriority.Critical,
      CleanupPriority.Normal,
      CleanupPriority.Critical,
      CleanupPriority.High,
    ];
    for (const [at, priority] of priorities.entries()) {
      registry.scheduleCleanup({ priority, cleanup: () => void order.push(`${priority}:${at}`) });
    }
    await registry.shutdown();
    expect(order).toEqual(['3:1', '3:3', '2:4', '1:2', '0:0']);
  });

  test('high-volume queue', async () => {
    const registry = new ResourceRegistry();
    let done = 0;
    for (let at = 0; at < 20_000; at += 1) registry.scheduleCleanup({ cleanup: () => void (done += 1) });
    expect(await registry.shutdown()).toMatchObject({ ok: true });
    expect(done).toBe(20_000);
  });

  test('monitor events', async () => {
    const events: RegistryEvent[] = [];
    const registry = new ResourceRegistry({ monitor: { record: (event) => events.push(event) } });
    await registry.register(box(), boxes, { name: 'watched' }).release();
    expect(events.map((event) => event.kind)).toEqual(['registered', 'releasing', 'released']);
  });

  test('chaos: exhaustion and injected failures lose nothing', async () => {
    const registry = new ResourceRegistry({ maxRows: 20 });
    const values = Array.from({ length: 20 }, box);
    for (const [at, value] of values.entries()) registry.register(value, at % 4 === 0 ? brittle : boxes);
    expect(() => registry.register(box(), boxes)).toThrow(
      expect.objectContaining({ code: 'WT_RESOURCE_EXHAUSTED', recovery: 'retry' }),
    );
    const report = await registry.forceCleanupAll();
    expect(report).toMatchObject({ ok: false, released: 15 });
    expect(report.problems.map((problem) => problem.result)).toEqual(Array.from({ length: 5 }, () => 'failed'));
  });

  test('chaos: network failure loses nothing', async () => {
    const registry = new ResourceRegistry();
    const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const connections = defineKind<Socket>({ type: 'socket', release: (socket) => void socket.destroy(), probe: probeStream });
    const open = async (to: number): Promise<Socket> => {
      const socket = connect(to, '127.0.0.1').on('error', () => undefined);
      await once(socket, 'connect');
      return socket;
    };
    const run = scope({ registry }).run(async (job) => {
      const good = await job.acquire(() => open(port), connections);
      const reset = await job.acquire(() => open(port), connections);
      const closed = once(reset.value, 'close');
      reset.value.resetAndDestroy();
      await closed;
      expect(good.value.destroyed).toBe(false);
      // Nobody listens on port 1: the opening fails, and there is nothing to be released.
      await job.acquire(() => open(1), connections);
    });
    await expect(run).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(registry.count()).toBe(0);
    expect(registry.metrics()).toMatchObject({ verification: { gone: 2, stillThere: 0 }, successRate: 1 });
    server.close();
    await once(server, 'close');
  });

  test('chaos: pressure releases what can be spared, and nothing that is in use', async () => {
    const clock = new ManualClock();
    let tell = (): void => {};
    const source = {
      level: 'normal',
      onLevel: (listener: () => void) => {
        tell = listener;
        return { [Symbol.dispose]() {} };
      },
    };
    const registry = new ResourceRegistry({ clock, policy: { pressure: { source, batchSize: 3 } } });
    const values = Array.from({ length: 10 }, box);
    const guards = values.map((value, at) => registry.register(value, at % 5 === 4 ? brittle : boxes));
    let done = (): void => {};
    const using = guards[0]?.use(() => new Promise<void>((resolve) => (done = resolve)));
    source.level = 'critical';
    tell();
    await clock.advanceAsync(10_000);
    expect(registry.status().byState).toMatchObject({ live: 1, failed: 2 });
    expect(values[0]?.open).toBe(true);
    done();
    await using;
    source.level = 'normal';
    tell();
    await clock.advanceAsync(10_000);
    expect(registry.metrics().picked.pressure).toBe(9);
    expect(clock.pending()).toBe(0);
  });
});

// Phase 2 of its plans.
describe('cleanup policies', () => {
  test('time-based cleanup: max lifetime and idle time', () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock, policy: { maxLifetimeMs: 3_600_000, maxIdleMs: 60_000 } });
    const [used, idle] = [registry.register(box(), boxes), registry.register(box(), boxes)];
    for (let minute = 0; minute < 59; minute += 1) {
      clock.advance(59_000);
      used.touch();
    }
    expect([used.state, idle.state]).toEqual(['live', 'released']);
    for (let minute = 0; minute < 3; minute += 1) {
      clock.advance(59_000);
      used.touch();
    }
    expect(used.release()).toMatchObject({ result: 'released', reason: 'lifetime' });
    expect(idle.release()).toMatchObject({ reason: 'idle' });
  });
});
