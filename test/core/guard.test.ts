import { describe, expect, it } from 'vitest';
import { ManualClock, ReleaseFailedError, ResourceRegistry, defineKind } from '../../src/core/index.ts';
import type { RegistryEvent, ReleaseOutcome } from '../../src/core/index.ts';

function world() {
  const clock = new ManualClock();
  const registry = new ResourceRegistry({ clock });
  const events: RegistryEvent[] = [];
  registry.on((event) => events.push(event));
  return { clock, registry, events, kinds: () => events.map((event) => event.kind) };
}

const never = (): Promise<void> => new Promise(() => {});

describe('a guard', () => {
  it('gives its value while live, and WT_RELEASED afterwards', () => {
    const { registry } = world();
    const guard = registry.register({ n: 1 }, { type: 'custom', release() {} }, { name: 'db' });
    expect(guard.value).toEqual({ n: 1 });
    void guard.release();
    expect(() => guard.value).toThrow(/custom "db" is released, not live \(WT_RELEASED\)/);
    expect(() => guard.detach()).toThrow(/WT_RELEASED/);
    expect(() => guard.use(() => 1)).toThrow(/WT_RELEASED/);
  });

  it('is released or detached, never both', async () => {
    const { registry, kinds } = world();
    let calls = 0;
    const value = {};
    const guard = registry.register(value, { type: 'custom', release: () => void calls++ });
    expect(guard.detach()).toBe(value);
    expect(guard.state).toBe('detached');
    expect(guard.release()).toMatchObject({ result: 'detached', attempts: 0 });
    await guard[Symbol.asyncDispose]();
    expect(await registry.shutdown()).toMatchObject({ released: 0 });
    expect(calls).toBe(0);
    expect(kinds()).toEqual(['registered', 'detached', 'shutdown']);
  });

  it('shares one outcome among concurrent callers', async () => {
    const { registry } = world();
    let finish = (): void => {};
    const guard = registry.register(1, { type: 'custom', release: () => new Promise<void>((resolve) => (finish = resolve)) });
    const first = guard.release();
    expect(guard.state).toBe('releasing');
    expect(guard.release()).toBe(first);
    const shutdown = registry.shutdown();
    finish();
    expect(await first).toMatchObject({ result: 'released' });
    expect(guard.release()).toBe(first);
    expect(await shutdown).toMatchObject({ ok: true, released: 1 });
  });

  it('answers a release that is asked for from inside itself', async () => {
    const { registry } = world();
    let inner: unknown;
    const guard = registry.register(1, {
      type: 'custom',
      release: () => {
        inner = guard.release();
      },
    });
    const outer = guard.release();
    expect(outer).toBe(inner);
    expect(await outer).toMatchObject({ result: 'released' });
  });

  it('keeps what a failed release threw as an outcome, visible in the registry', () => {
    const { registry, kinds } = world();
    const error = new Error('busy');
    const guard = registry.register(1, {
      type: 'file',
      release() {
        throw error;
      },
    });
    expect(guard.release()).toMatchObject({ result: 'failed', error, attempts: 1 });
    expect(guard.state).toBe('failed');
    expect(registry.get(guard.id)).toMatchObject({ state: 'failed', attempts: 1, lastError: error });
    expect(kinds()).toEqual(['registered', 'releasing', 'failed']);
  });

  it.each([
    ['a string', 'oops'],
    ['null', null],
    ['undefined', undefined],
    ['an object without prototype', Object.create(null)],
  ])('bears a release that throws %s', async (_, thrown) => {
    const { registry, events } = world();
    for (const release of [
      () => Promise.reject(thrown),
      () => {
        throw thrown;
      },
    ]) {
      const outcome = await registry.register(1, { type: 'custom', release }).release();
      expect(outcome.result).toBe('failed');
      expect(outcome.error).toEqual(thrown === undefined ? expect.objectContaining({ code: 'WT_RELEASE_FAILED' }) : thrown);
    }
    expect(events.filter((event) => event.kind === 'failed')).toHaveLength(2);
  });

  it('is timed out at its deadline, blocks nobody, and moves on when the release settles late', async () => {
    const { registry, clock, kinds } = world();
    let finish = (): void => {};
    let signal: AbortSignal | undefined;
    const guard = registry.register(1, {
      type: 'custom',
      releaseTimeoutMs: 100,
      release: (_, context) => {
        signal = context.signal;
        return new Promise<void>((resolve) => (finish = resolve));
      },
    });
    const release = guard.release();
    expect(clock.pending('ref')).toBe(1);
    await clock.advanceAsync(100);
    expect(await release).toMatchObject({ result: 'timed-out', error: { code: 'WT_RELEASE_TIMEOUT' } });
    expect(signal?.aborted).toBe(true);
    expect(guard.state).toBe('timed-out');
    expect(clock.pending('ref')).toBe(0);
    finish();
    await clock.advanceAsync(0);
    expect(guard.state).toBe('released');
    expect(guard.release()).toBe(release);
    expect(kinds()).toEqual(['registered', 'releasing', 'timed-out', 'released']);
    expect(registry.metrics()).toMatchObject({ settledLate: 1, outcomes: { timedOut: 1, released: 1 } });
  });

  it('moves to failed when the release rejects late', async () => {
    const { registry, clock, kinds } = world();
    let fail: (error: Error) => void = () => {};
    const guard = registry.register(1, {
      type: 'custom',
      releaseTimeoutMs: 10,
      release: () => new Promise<void>((_, reject) => (fail = reject)),
    });
    void guard.release();
    await clock.advanceAsync(10);
    fail(new Error('late'));
    await clock.advanceAsync(0);
    expect(guard.state).toBe('failed');
    expect(kinds()).toEqual(['registered', 'releasing', 'timed-out', 'failed']);
  });

  it('has no deadline when releaseTimeoutMs is 0', async () => {
    const { registry, clock } = world();
    const guard = registry.register(1, { type: 'custom', releaseTimeoutMs: 0, release: never });
    void guard.release();
    await clock.advanceAsync(10_000_000);
    expect(guard.state).toBe('releasing');
    expect(clock.pending()).toBe(0);
  });

  it('tries again after a failure, with pauses that double, and then gives up', async () => {
    const { registry, clock, events } = world();
    const at: number[] = [];
    const guard = registry.register(1, {
      type: 'custom',
      retry: { attempts: 3, backoffMs: 100 },
      release: () => {
        at.push(clock.monotonic());
        throw new Error('no');
      },
    });
    const release = guard.release();
    await clock.advanceAsync(1_000);
    expect(at).toEqual([0, 100, 300]);
    expect(await release).toMatchObject({ result: 'abandoned', attempts: 3 });
    expect(guard.state).toBe('abandoned');
    expect(events.map((event) => event.kind)).toEqual([
      'registered',
      'releasing',
      'failed',
      'releasing',
      'failed',
      'releasing',
      'abandoned',
    ]);
  });

  it('is released when a further attempt succeeds', async () => {
    const { registry, clock } = world();
    let calls = 0;
    const release = registry
      .register(1, {
        type: 'custom',
        retry: { attempts: 5, backoffMs: 10 },
        release: () => (++calls < 3 ? Promise.reject(new Error('no')) : undefined),
      })
      .release();
    await clock.advanceAsync(100);
    expect(await release).toMatchObject({ result: 'released', attempts: 3 });
  });

  it('never calls a release again that has timed out, unless the kind is idempotent', async () => {
    for (const [idempotent, expected] of [
      [false, 1],
      [true, 3],
    ] as const) {
      const { registry, clock } = world();
      let calls = 0;
      const guard = registry.register(1, {
        type: 'custom',
        idempotent,
        releaseTimeoutMs: 50,
        retry: { attempts: 3, backoffMs: 10 },
        release: () => {
          calls += 1;
          return never();
        },
      });
      const release = guard.release();
      await clock.advanceAsync(1_000);
      expect(calls).toBe(expected);
      expect(await release).toMatchObject({ result: 'timed-out' });
    }
  });

  it('lets a release wait for those who use the value, up to its deadline', async () => {
    const { registry, clock } = world();
    let calls = 0;
    const kind = defineKind<number>({ type: 'custom', releaseTimeoutMs: 100, release: () => void calls++ });
    const guard = registry.register(1, kind);
    let finish: (text: string) => void = () => {};
    const task = guard.use(() => new Promise<string>((resolve) => (finish = resolve)));
    expect(registry.get(guard.id)?.pins).toBe(1);
    const release = guard.release();
    expect(calls).toBe(0);
    expect(() => guard.value).toThrow(/WT_RELEASED/);
    finish('done');
    expect(await task).toBe('done');
    expect(await release).toMatchObject({ result: 'released' });
    expect(calls).toBe(1);

    const stuck = registry.register(2, kind);
    void stuck.use(never);
    const forced = stuck.release();
    await clock.advanceAsync(100);
    expect(await forced).toMatchObject({ result: 'released' });
    expect(calls).toBe(2);
  });

  it('passes on what a user task throws, and unpins', async () => {
    const { registry } = world();
    const guard = registry.register(1, { type: 'custom', release() {} });
    const error = new Error('task');
    expect(() =>
      guard.use(() => {
        throw error;
      }),
    ).toThrow(error);
    await expect(guard.use(() => Promise.reject(error))).rejects.toBe(error);
    expect(registry.get(guard.id)?.pins).toBe(0);
    expect(guard.release()).toMatchObject({ result: 'released' });
  });

  it('begins its idle time anew when touched', () => {
    const { registry, clock } = world();
    const guard = registry.register(1, { type: 'custom', release() {} });
    clock.advance(1_600);
    guard.touch();
    const info = registry.get(guard.id);
    expect((info?.lastUsedAtMs ?? 0) - (info?.registeredAtMs ?? 0)).toBe(1_600);
  });

  it('has Symbol.dispose exactly when its kind has releaseSync', async () => {
    const { registry } = world();
    let closed = 0;
    const plain = registry.register(1, { type: 'custom', release() {} });
    expect(Symbol.dispose in plain).toBe(false);
    {
      using guard = registry.register(1, { type: 'file', releaseSync: () => void closed++ });
      expect(guard.state).toBe('live');
    }
    expect(closed).toBe(1);
    {
      await using guard = registry.register(1, { type: 'file', releaseSync: () => void closed++ });
      expect(guard.value).toBe(1);
    }
    expect(closed).toBe(2);
  });

  it('throws what a disposal could not return, as one error with the outcomes', async () => {
    const { registry } = world();
    const error = new Error('disk');
    const fail = (): never => {
      throw error;
    };
    const failing = registry.register(1, { type: 'file', release: fail }, { name: 'log' });
    const thrown = await failing[Symbol.asyncDispose]().then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(thrown).toBeInstanceOf(ReleaseFailedError);
    expect(thrown).toMatchObject({ code: 'WT_RELEASE_FAILED', recovery: 'fallback', cause: error });
    expect((thrown as ReleaseFailedError).failures).toHaveLength(1);
    expect((thrown as ReleaseFailedError).message).toMatch(/file "log".* failed: disk/);
    const guard = registry.register(1, { type: 'file', releaseSync: fail });
    expect(() => guard[Symbol.dispose]()).toThrow(ReleaseFailedError);
  });

  it('asks the probe after the release: what is still there has failed', async () => {
    const { registry } = world();
    const gone = registry.register(1, { type: 'custom', release() {}, probe: () => 'gone' }).release();
    expect(gone).toMatchObject({ result: 'released', verified: 'gone' });
    const later = await registry
      .register(1, { type: 'custom', release: async () => {}, probe: async () => 'gone' as const })
      .release();
    expect(later).toMatchObject({ result: 'released', verified: 'gone' });
    const there = registry.register(1, { type: 'custom', release() {}, probe: () => 'still-there' }).release();
    expect(there).toMatchObject({ result: 'failed', error: { code: 'WT_RELEASE_FAILED' } });
    const broken = registry
      .register(1, {
        type: 'custom',
        release() {},
        probe: () => {
          throw new Error('probe');
        },
      })
      .release();
    expect(broken).toMatchObject({ result: 'released', verified: 'unverifiable' });
  });

  it('tells reason, attempt and error to the release', async () => {
    const { registry } = world();
    const seen: unknown[] = [];
    const release = (_: number, { reason, attempt, error }: { reason: string; attempt: number; error?: unknown }): void =>
      void seen.push([reason, attempt, error]);
    void registry.register(1, { type: 'custom', release }).release('idle');
    const error = new Error('work');
    await registry
      .scope()
      .run((own) => {
        own.adopt(1, release);
        throw error;
      })
      .catch(() => {});
    expect(seen).toEqual([
      ['idle', 1, undefined],
      ['error', 1, error],
    ]);
  });

  it('bears a foreign thenable that settles twice or throws', async () => {
    const { registry } = world();
    const twice = {
      // oxlint-disable-next-line unicorn/no-thenable -- a thenable is what is tried
      then(ok: () => void, bad: (error: unknown) => void) {
        ok();
        bad(new Error('also'));
        throw new Error('and');
      },
    };
    const outcome = await registry.register(1, { type: 'custom', release: () => twice as unknown as Promise<void> }).release();
    expect(outcome).toMatchObject({ result: 'released' });
  });
});

describe('the line of the registration', () => {
  it('is in the outcome, and in the registry while it lives', () => {
    const registry = new ResourceRegistry();
    const kind = defineKind<number>({
      type: 'custom',
      stack: 'always',
      release() {
        throw new Error('no');
      },
    });
    const guard = registry.register(1, kind);
    expect(registry.get(guard.id)?.createdAt).toMatch(/guard\.test\.ts:\d+:\d+$/);
    expect((guard.release() as ReleaseOutcome).createdAt).toMatch(/guard\.test\.ts:\d+:\d+$/);
  });

  it('is sampled at most once in a tick of the clock, never when off', () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock });
    const sampled = defineKind<number>({ type: 'custom', release() {} });
    const off = defineKind<number>({ type: 'custom', release() {}, stack: 'off' });
    const lines = [sampled, sampled, off].map((kind) => registry.get(registry.register(1, kind).id)?.createdAt);
    expect(lines.map((line) => line !== null)).toEqual([true, false, false]);
    clock.advance(20);
    expect(registry.get(registry.register(1, sampled).id)?.createdAt).not.toBeNull();
  });
});
