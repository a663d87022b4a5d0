import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import {
  CleanupPriority,
  ManualClock,
  ResourceRegistry,
  ResourceType,
  WatertightError,
  defaultRegistry,
  defineKind,
  diff,
  resourceChannelName,
  rollCallChannelName,
  scope,
} from '../../src/core/index.ts';
import type { ChannelMessage, Monitor, RefusedError, RegistryEvent } from '../../src/core/index.ts';

const plain = defineKind<unknown>({ type: 'custom', release() {} });
const never = (): Promise<void> => new Promise(() => {});
const fail = (): never => {
  throw new Error('no');
};
const caught = (task: () => unknown): RefusedError => {
  try {
    task();
  } catch (error) {
    return error as RefusedError;
  }
  throw new Error('nothing was thrown');
};

describe('the table', () => {
  it('gives ids that are never used twice', () => {
    const registry = new ResourceRegistry();
    const seen = new Set<number>();
    for (let round = 0; round < 5; round += 1) {
      const ids = Array.from({ length: 200 }, () => registry.track({}, plain));
      for (const id of ids) {
        expect(seen.has(id)).toBe(false);
        seen.add(id);
        expect(registry.get(id)?.id).toBe(id);
      }
      for (const id of ids) expect(registry.untrack(id)).toBe(true);
      for (const id of ids) expect(registry.untrack(id)).toBe(false);
    }
    expect(registry.count()).toBe(0);
  });

  it('knows nothing of ids and names that are not there', () => {
    const registry = new ResourceRegistry();
    for (const id of [0, -1, 1.5, NaN, Infinity, 2 ** 53, 'nobody']) {
      expect(registry.get(id as never)).toBeUndefined();
      expect(registry.verify(id as never)).toBe('unverifiable');
    }
    expect(registry.untrack(12345 as never)).toBe(false);
  });

  it('keeps bytes, also beyond 4 GiB, and metadata', () => {
    const registry = new ResourceRegistry();
    const big = registry.track({}, plain, 5 * 2 ** 30);
    const named = registry.register({}, plain, { name: 'n', bytes: 10, metadata: { a: 'b' } });
    expect(registry.get(big)?.bytes).toBe(5 * 2 ** 30);
    expect(registry.get('n')).toMatchObject({ id: named.id, bytes: 10, metadata: { a: 'b' } });
    expect(registry.status().bytes).toBe(5 * 2 ** 30 + 10);
    registry.untrack(big);
    expect(registry.get(registry.track({}, plain))?.bytes).toBe(0);
    expect(() => registry.track({}, plain, -1)).toThrow(/WT_INVALID_OPTION/);
  });

  it('lists and counts by filter', () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock });
    const own = registry.scope({ name: 'app' });
    own.adopt(1, defineKind<number>({ type: ResourceType.FILE_HANDLE, release() {} }));
    void registry.register(2, { type: 'socket', release: fail, priority: CleanupPriority.High }).release();
    clock.advance(1_000);
    registry.track(3, plain);
    expect(registry.count()).toBe(4);
    expect(registry.count({ type: 'file' })).toBe(1);
    expect(registry.count({ owner: 'app' })).toBe(1);
    expect(registry.count({ owner: null })).toBe(3);
    expect(registry.count({ owner: 'nobody' })).toBe(0);
    expect(registry.count({ state: 'failed', priority: CleanupPriority.High })).toBe(1);
    expect(registry.count({ olderThanMs: 500 })).toBe(3);
    expect([...registry.list({ type: 'scope' })]).toMatchObject([{ name: 'app', type: 'scope' }]);
    expect(() => registry.count({ typ: 'file' } as never)).toThrow(/did you mean `type`/);
    expect(registry.status()).toMatchObject({
      state: 'open',
      count: 4,
      byState: { live: 3, failed: 1 },
      byType: { file: { count: 1 }, scope: { count: 1 } },
    });
    expect(registry.health()).toMatchObject({ status: 'degraded', problems: ['1 resources could not be released'] });
    void own.close();
  });

  it('refuses what comes beyond its bound, a taken name and wrong options, and releases what was handed over', () => {
    const registry = new ResourceRegistry({ maxRows: 2 });
    let released = 0;
    const kind = defineKind<number>({ type: 'custom', release: () => void released++ });
    registry.register(1, kind, { name: 'one' });
    expect(caught(() => registry.register(2, kind, { name: 'one' }))).toMatchObject({
      code: 'WT_NAME_TAKEN',
      released: { result: 'released', reason: 'error' },
    });
    expect(caught(() => registry.register(2, kind, { nam: 'x' } as never))).toMatchObject({
      code: 'WT_INVALID_OPTION',
      released: { result: 'released' },
    });
    expect(caught(() => registry.register(2, kind, { metadata: { a: 'x'.repeat(2_000) } }))).toMatchObject({
      code: 'WT_INVALID_OPTION',
    });
    expect(
      caught(() =>
        registry.register(2, kind, { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, ''])) }),
      ),
    ).toMatchObject({ code: 'WT_INVALID_OPTION' });
    registry.track(3, kind);
    for (const add of [() => registry.register(4, kind), () => registry.track(4, kind), () => registry.scope()])
      expect(caught(add)).toMatchObject({ code: 'WT_RESOURCE_EXHAUSTED', recovery: 'retry' });
    expect(released).toBe(6);
    expect(registry.count()).toBe(2);
    expect(registry.health().status).toBe('unhealthy');
    expect(registry.get('one')?.state).toBe('live');
    expect(registry.metrics().refused).toBe(6);
  });

  it('frees a name when its resource ends', () => {
    const registry = new ResourceRegistry();
    for (let n = 0; n < 3; n += 1) void registry.register({}, plain, { name: 'again' }).release();
    registry.register({}, plain, { name: 'again' }).detach();
    void registry.scope({ name: 'again' }).close();
    expect(registry.untrack(registry.register({}, plain, { name: 'again' }).id)).toBe(true);
    expect(registry.get('again')).toBeUndefined();
  });

  it('does not end a scope, or what is being released, by untrack', () => {
    const registry = new ResourceRegistry();
    const own = registry.scope({ name: 's' });
    expect(registry.untrack(registry.get('s')!.id)).toBe(false);
    void own.close();
    const guard = registry.register(1, {
      type: 'custom',
      release: () => {
        expect(registry.untrack(guard.id)).toBe(false);
      },
    });
    expect(guard.release()).toMatchObject({ result: 'released' });
  });
});

describe('shutdown', () => {
  it('releases everything once, refuses and releases what comes meanwhile, and tells', async () => {
    const registry = new ResourceRegistry();
    const events: RegistryEvent[] = [];
    registry.on((event) => events.push(event));
    let late: RefusedError | undefined;
    registry.register(1, {
      type: 'custom',
      release: async () => {
        late = caught(() => registry.register(2, plain));
      },
    });
    const shutdown = registry.shutdown();
    expect(registry.shutdown()).toBe(shutdown);
    expect(await shutdown).toMatchObject({ ok: true, released: 1 });
    expect(late).toMatchObject({ code: 'WT_SHUTTING_DOWN', released: { result: 'released', reason: 'late' } });
    expect(caught(() => registry.register(3, plain))).toMatchObject({ code: 'WT_SHUTTING_DOWN' });
    expect(caught(() => registry.track(3, plain))).toMatchObject({ code: 'WT_SHUTTING_DOWN' });
    expect(() => registry.scope()).toThrow(/WT_SHUTTING_DOWN/);
    expect(() => registry.scheduleCleanup({ cleanup() {} })).toThrow(/WT_SHUTTING_DOWN/);
    expect(events.at(-1)?.kind === 'shutdown' || events.some((event) => event.kind === 'shutdown')).toBe(true);
    expect(registry.health().status).toBe('unhealthy');
    expect(registry.count()).toBe(0);
  });

  it('ends within its grace period and reports what it could not', async () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock });
    const stuck = defineKind<number>({ type: 'socket', releaseTimeoutMs: 0, release: never });
    let released = 0;
    for (let n = 0; n < 5; n += 1) registry.register(n, stuck, { name: `stuck ${n}` });
    registry.register(9, { type: 'file', release: () => void released++ });
    void registry.register(8, { type: 'file', release: fail }, { name: 'failed before' }).release();
    const shutdown = registry.shutdown();
    await clock.advanceAsync(10_001);
    const report = await shutdown;
    expect(report.ok).toBe(false);
    expect(released).toBe(1);
    expect(report.problems.map((problem) => String(problem.name)).sort((a, b) => a.localeCompare(b))).toEqual([
      'failed before',
      'stuck 0',
      'stuck 1',
      'stuck 2',
      'stuck 3',
      'stuck 4',
    ]);
    expect(clock.pending()).toBe(0);
    await expect(registry[Symbol.asyncDispose]()).rejects.toThrow(/6 resources were not released/);
  });

  it('releases what can be released at once when the process ends, each of it once', () => {
    const registry = new ResourceRegistry();
    const calls: string[] = [];
    const sync = defineKind<string>({ type: 'temp-file', release: never, releaseSync: (name) => void calls.push(name) });
    registry.register('plain', sync);
    const own = registry.scope();
    own.adopt('in a scope', sync);
    own.use({ [Symbol.dispose]: () => void calls.push('disposable') });
    own.defer(() => void calls.push('asynchronous only'));
    void registry.register('under way', sync).release();
    registry.register('failing', { type: 'file', releaseSync: fail });
    registry.register('released before', sync).detach();
    registry.releaseAllSync('shutdown');
    expect(calls).toEqual(['under way', 'disposable', 'in a scope', 'plain']);
    registry.releaseAllSync('shutdown');
    expect(calls).toHaveLength(4);
    expect(registry.count({ state: 'failed' })).toBe(1);
  });
});

describe('releasing many', () => {
  it('releases what matches, of all owners, and stays open', async () => {
    const registry = new ResourceRegistry();
    const order: number[] = [];
    const file = defineKind<number>({ type: 'file', release: async (n) => void order.push(n) });
    registry.register(1, file);
    const own = registry.scope();
    own.adopt(2, file);
    own.adopt(3, () => void order.push(3));
    expect(await registry.releaseAll({ type: 'file' })).toMatchObject({ ok: true, released: 2 });
    expect(order).toEqual([2, 1]);
    expect(own.state).toBe('open');
    expect(await registry.forceCleanupAll()).toMatchObject({ released: 1 });
    expect(own.state).toBe('closed');
    expect(registry.register(4, file).state).toBe('live');
    expect(() => registry.releaseAll({}, { deadline: 1 } as never)).toThrow(/did you mean `deadlineMs`/);
  });

  it('tries again what had failed, but not what has not settled', async () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock });
    let busy = true;
    const guard = registry.register(1, {
      type: 'file',
      release: () => {
        if (busy) fail();
      },
    });
    const first = guard.release();
    let calls = 0;
    void registry
      .register(2, {
        type: 'file',
        releaseTimeoutMs: 10,
        release: () => {
          calls += 1;
          return never();
        },
      })
      .release();
    await clock.advanceAsync(10);
    busy = false;
    const report = await registry.forceCleanupAll();
    expect(report).toMatchObject({ released: 1, problems: [{ result: 'timed-out' }] });
    expect(calls).toBe(1);
    expect(guard.state).toBe('released');
    expect(guard.release()).toBe(first);
  });

  it('tells how the second release ended where a probe answers at once', async () => {
    const registry = new ResourceRegistry();
    let busy = true;
    const release = (): void => {
      if (busy) fail();
    };
    const guard = registry.register(1, { type: 'file', release, probe: () => 'gone' });
    expect(await guard.release()).toMatchObject({ result: 'failed' });
    busy = false;
    expect(await registry.forceCleanupAll()).toMatchObject({ ok: true, released: 1, problems: [] });
  });

  it('releases in the background, with repeats', async () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock });
    let calls = 0;
    registry.register(
      1,
      {
        type: 'file',
        release: () => {
          calls += 1;
          if (calls < 3) fail();
        },
      },
      { name: 'log' },
    );
    registry.scheduleCleanup({ resource: 'log' });
    let ran = 0;
    registry.scheduleCleanup({ cleanup: () => void ran++, priority: CleanupPriority.Critical });
    await clock.advanceAsync(60_000);
    expect(calls).toBe(3);
    expect(ran).toBe(1);
    expect(registry.count()).toBe(0);
    expect(registry.metrics().queue?.outcomes.done).toBe(2);
    expect(registry.health()).toEqual({ status: 'healthy', problems: [], worker: 'idle' });
    expect(clock.pending()).toBe(0);
    expect(() => registry.scheduleCleanup({ resource: 'nobody' })).toThrow(/WT_NOT_FOUND/);
    expect(() => registry.scheduleCleanup({})).toThrow(/exactly one/);
    expect(() => registry.scheduleCleanup(undefined as never)).toThrow(/WT_INVALID_OPTION/);
  });
});

describe('events', () => {
  it('reach listener, monitor and logger; one that throws harms nobody', () => {
    const lines: [string, Readonly<Record<string, unknown>>, string][] = [];
    const log = (level: string) => (fields: Readonly<Record<string, unknown>>, line: string) =>
      void lines.push([level, fields, line]);
    const recorded: string[] = [];
    const monitor: Monitor = {
      record(event) {
        recorded.push(event.kind);
        throw new Error('monitor');
      },
    };
    const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
    const registry = new ResourceRegistry({ monitor, logger });
    const heard: string[] = [];
    const deaf = registry.on(() => {
      throw new Error('listener');
    });
    registry.on((event) => void heard.push(event.kind));
    void registry.register(1, { type: 'file', release: fail }).release();
    deaf[Symbol.dispose]();
    void registry.register(1, plain).release();
    expect(heard).toEqual(['registered', 'releasing', 'failed', 'registered', 'releasing', 'released']);
    expect(recorded).toEqual(heard);
    expect(registry.metrics().listenerErrors).toBe(9);
    expect(lines.find(([, , line]) => line === 'file failed')).toMatchObject([
      'error',
      { type: 'file', owner: null, code: null, error: 'no' },
      'file failed',
    ]);
    expect(lines.find(([, , line]) => line === 'custom released')?.[0]).toBe('debug');
    expect(lines.every(([, fields]) => text(fields))).toBe(true);
    function text(fields: Readonly<Record<string, unknown>>): boolean {
      return 'error' in fields || 'resourceId' in fields;
    }
  });

  it('travel on the channel as plain data plus the value, and are told again on a roll-call', () => {
    const registry = new ResourceRegistry({ name: 'channel test' });
    const value = { secret: 1 };
    const before = registry.register(value, { type: 'custom:x', release() {} }, { name: 'early' });
    const messages: ChannelMessage[] = [];
    const listen = (message: unknown): void => {
      const given = message as ChannelMessage;
      if (given.registry === 'channel test') messages.push(given);
    };
    subscribe(resourceChannelName, listen);
    try {
      channel(rollCallChannelName).publish({});
      expect(messages).toMatchObject([{ kind: 'registered', id: before.id, type: 'custom:x', name: 'early', repeated: true }]);
      expect(messages[0]?.value).toBe(value);
      void before.release();
      expect(messages.slice(1)).toMatchObject([
        { kind: 'releasing', reason: 'closed' },
        { kind: 'released', repeated: false, attempts: 1 },
      ]);
      const { value: dropped, ...rest } = messages[2]!;
      expect(dropped).toBe(value);
      expect(structuredClone(rest)).toEqual(rest);
    } finally {
      unsubscribe(resourceChannelName, listen);
    }
  });
});

describe('snapshots', () => {
  it('tell what came, went and changed, by type and line', () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock });
    const gone = registry.register(1, plain);
    const failing = registry.register(2, { type: 'file', release: fail });
    const before = registry.snapshot();
    void gone.release();
    void failing.release();
    for (let n = 0; n < 3; n += 1) registry.track(n, defineKind({ type: 'socket', release() {}, stack: 'off' }), 100);
    clock.advance(500);
    const after = registry.snapshot();
    const change = diff(before, JSON.parse(JSON.stringify(after)));
    expect(change).toMatchObject({
      elapsedMs: 500,
      removed: [{ id: gone.id }],
      changed: [{ after: { id: failing.id, state: 'failed' } }],
    });
    expect(change.added).toHaveLength(3);
    expect(change.groups[0]).toEqual({ type: 'socket', createdAt: null, added: 3, removed: 0, growth: 3, bytesGrowth: 300 });
    expect(change.groups.at(-1)).toMatchObject({ type: 'custom', growth: -1 });
  });
});

describe('verify', () => {
  it('asks the probe and believes nothing else', async () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock });
    const ask = (probe?: () => never): unknown =>
      registry.verify(registry.register(1, { type: 'custom', release() {}, releaseTimeoutMs: 50, ...(probe && { probe }) }).id);
    expect(ask()).toBe('unverifiable');
    expect(ask(() => 'gone' as never)).toBe('gone');
    expect(ask(() => 'yes' as never)).toBe('unverifiable');
    expect(ask(fail)).toBe('unverifiable');
    expect(await ask((() => Promise.resolve('still-there')) as never)).toBe('still-there');
    expect(await ask((() => Promise.reject(new Error('no'))) as never)).toBe('unverifiable');
    const hung = ask(never as never);
    await clock.advanceAsync(50);
    expect(await hung).toBe('unverifiable');
  });
});

describe('options', () => {
  it('are refused when unknown, with the nearest known one, or of a wrong type', () => {
    expect(() => new ResourceRegistry({ maxrows: 1 } as never)).toThrow(
      /ResourceRegistry: there is no option `maxrows`; did you mean `maxRows`\? \(WT_INVALID_OPTION\)/,
    );
    expect(() => new ResourceRegistry({ maxRows: 0 })).toThrow(/`maxRows` must be a whole number from 1 to 16000000, got 0/);
    expect(() => new ResourceRegistry({ logger: {} as never })).toThrow(/`logger` must be an object with debug\(\)/);
    expect(() => new ResourceRegistry(1 as never)).toThrow(/options must be an object, got 1/);
    expect(() => defineKind({} as never)).toThrow(/`type` is missing/);
    expect(() => defineKind({ type: 'fil' } as never)).toThrow(/`type` must be one of/);
    expect(() => defineKind({ type: 'custom:' } as never)).toThrow(/WT_INVALID_OPTION/);
    expect(() => defineKind({ type: 'file', releaseTimeoutMs: '5s' } as never)).toThrow(
      /`releaseTimeoutMs` must be a number of milliseconds, 0 or more, got "5s"/,
    );
    expect(() => defineKind({ type: 'file', retry: { attempts: 0, backoffMs: 1 } })).toThrow(/`retry`/);
    expect(() => defineKind(undefined as never)).toThrow(/WT_INVALID_OPTION/);
    expect(() => new ResourceRegistry().track({}, { type: 'file' } as never)).toThrow(/what defineKind\(\) returned/);
    expect(() => new ResourceRegistry().on(1 as never)).toThrow(/WT_INVALID_OPTION/);
    expect(() => scope({ deadline: 1 } as never)).toThrow(/did you mean `deadlineMs`/);
  });

  it('know one default registry', () => {
    expect(defaultRegistry()).toBe(defaultRegistry());
    const own = scope({ name: 'default test' });
    expect(defaultRegistry().get('default test')?.type).toBe('scope');
    void own.close();
    expect(new WatertightError('WT_RELEASE_TIMEOUT', 'x').recovery).toBe('retry');
  });
});
