import { describe, expect, it } from 'vitest';
import {
  CleanupPriority,
  ManualClock,
  RefusedError,
  ReleaseFailedError,
  ResourceRegistry,
  defineKind,
} from '../../src/core/index.ts';
import type { CloseReport, Scope } from '../../src/core/index.ts';

function world() {
  const clock = new ManualClock();
  const registry = new ResourceRegistry({ clock });
  return { clock, registry };
}
const never = (): Promise<void> => new Promise(() => {});
const fail = (): never => {
  throw new Error('no');
};

function gate<T = void>() {
  let open: (value: T) => void = () => {};
  let refuse: (error: unknown) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    refuse = reject;
  });
  return { promise, open, refuse };
}

describe('closing a scope', () => {
  it('owns disposables of both sorts and disposes of them in reverse', async () => {
    const order: string[] = [];
    const own = world().registry.scope();
    const first = own.use({ [Symbol.dispose]: () => void order.push('sync') });
    expect(typeof first[Symbol.dispose]).toBe('function');
    own.use({ [Symbol.asyncDispose]: async () => void order.push('async') });
    const both = {
      [Symbol.asyncDispose]: async () => void order.push('async of both'),
      [Symbol.dispose]: () => void order.push('sync of both'),
    };
    own.use(both);
    expect(await own.close()).toMatchObject({ ok: true, released: 3, problems: [] });
    expect(order).toEqual(['async of both', 'async', 'sync']);
    expect(own.state).toBe('closed');
  });

  it('refuses a value that nothing can release', () => {
    const own = world().registry.scope();
    for (const value of [1, null, undefined, 'x', {}, () => {}])
      expect(() => own.use(value as never)).toThrow(/WT_INVALID_OPTION/);
    expect(() => own.adopt(1, undefined as never)).toThrow(/WT_INVALID_OPTION/);
    expect(() => own.adopt({}, defineKind({ type: 'custom' }))).toThrow(/neither Symbol.asyncDispose/);
    expect(() => own.defer('x' as never)).toThrow(/WT_INVALID_OPTION/);
    expect(own.close()).toMatchObject({ released: 0 });
  });

  it('goes from high to low priority, last in first out inside one', async () => {
    const own = world().registry.scope();
    const order: string[] = [];
    const add = (name: string, priority?: CleanupPriority): void =>
      own.defer(async () => void order.push(name), priority === undefined ? {} : { priority });
    add('normal 1');
    add('low', CleanupPriority.Low);
    add('critical', CleanupPriority.Critical);
    add('normal 2');
    add('high', CleanupPriority.High);
    await own.close();
    expect(order).toEqual(['critical', 'high', 'normal 2', 'normal 1', 'low']);
  });

  it('releases a row after those it names, whatever the priorities say', async () => {
    const own = world().registry.scope();
    const order: string[] = [];
    const log = (name: string): void => void order.push(name);
    const low = own.adopt('low', log, { priority: CleanupPriority.Low });
    own.adopt('high after low', log, { priority: CleanupPriority.High, after: [low] });
    own.adopt('high', log, { priority: CleanupPriority.High });
    await own.close();
    expect(order).toEqual(['high', 'low', 'high after low']);
  });

  it('refuses `after` with a guard of another registry, whose id may be the one of a row here', () => {
    const { registry } = world();
    const own = registry.scope();
    const foreign = new ResourceRegistry({ name: 'other' }).scope().adopt('theirs', () => {});
    expect(own.adopt('ours', () => {}).id).toBe(foreign.id);
    let released = 0;
    const add = (after: unknown) => own.adopt('mine', () => void released++, { after: [after as typeof foreign] });
    expect(() => add(foreign)).toThrow(/`after\[0\]` is a guard of a registry other than "registry-.*WT_INVALID_OPTION/s);
    expect(() => add({ id: foreign.id })).toThrow(/`after\[0\]` must be a guard.*WT_INVALID_OPTION/s);
    expect(released).toBe(2);
  });

  it('releases the rest when some fail, and lists all failures flat, those of child scopes too', async () => {
    const { registry } = world();
    const own = registry.scope();
    let released = 0;
    own.defer(() => void released++);
    own.defer(fail, { name: 'first' });
    const child = own.child();
    child.defer(() => Promise.reject(new Error('no')), { name: 'second' });
    child.defer(() => void released++);
    child.child().defer(fail, { name: 'third' });
    const report = await own.close();
    expect(report).toMatchObject({ ok: false, released: 2 });
    expect(report.problems.map((problem) => problem.name)).toEqual(['third', 'second', 'first']);
    expect(released).toBe(2);
    expect(child.state).toBe('closed');
    expect(registry.count({ state: 'failed' })).toBe(3);
  });

  it('is once: the same object every time, also when asked from inside a release', async () => {
    const { registry } = world();
    const reports: CloseReport[] = [];
    const own = registry.scope({ onReport: (report) => reports.push(report) });
    let inner: unknown;
    own.defer(() => void (inner = own.close()));
    const outer = own.close();
    expect(outer).toBe(inner);
    expect(own.close()).toBe(outer);
    expect(await outer).toMatchObject({ ok: true, released: 1 });
    expect(reports).toHaveLength(1);
  });

  it('closes a child with its parent, in its place by age, and lets it be closed before', async () => {
    const own = world().registry.scope();
    const order: string[] = [];
    own.defer(() => void order.push('old'));
    const early = own.child();
    early.defer(() => void order.push('early'));
    const child = own.child();
    child.defer(async () => void order.push('child'));
    own.defer(() => void order.push('young'));
    void early.close();
    expect(await own.close()).toMatchObject({ released: 3 });
    expect(order).toEqual(['early', 'young', 'child', 'old']);
  });

  it('goes on past a release that hangs when its deadline is over', async () => {
    const { registry, clock } = world();
    const own = registry.scope();
    let released = 0;
    own.defer(() => void released++);
    own.adopt(1, defineKind<number>({ type: 'socket', releaseTimeoutMs: 100, release: never }), { name: 'stuck' });
    const report = own.close() as Promise<CloseReport>;
    await clock.advanceAsync(100);
    expect(await report).toMatchObject({ ok: false, released: 1, problems: [{ name: 'stuck', result: 'timed-out' }] });
    expect(released).toBe(1);
    expect(registry.get('stuck')).toMatchObject({ state: 'timed-out', owner: null });
  });

  it('is over at its deadline: hung ones are timed out, the others had their turn, essential ones are not dropped', async () => {
    const { registry, clock } = world();
    const own = registry.scope({ deadlineMs: 1_000 });
    const done: string[] = [];
    const slow = defineKind<string>({ type: 'custom', releaseTimeoutMs: 60_000, release: never });
    own.adopt('a', slow, { name: 'a' });
    own.adopt('quick', (name) => void done.push(name));
    own.adopt('b', slow, { name: 'b' });
    const report = own.close() as Promise<CloseReport>;
    await clock.advanceAsync(999);
    expect(done).toEqual(['quick']);
    await clock.advanceAsync(2);
    const { problems, released } = await report;
    expect(released).toBe(1);
    expect(problems.map((problem) => [problem.name, problem.result])).toEqual([
      ['b', 'timed-out'],
      ['a', 'timed-out'],
    ]);
    expect(clock.pending('ref')).toBe(0);
  });

  it('abandons what it has no time for, but begins what is essential', async () => {
    const { registry, clock } = world();
    const own = registry.scope({ deadlineMs: 10 });
    const done: string[] = [];
    own.adopt('plain', (name) => void done.push(name), { name: 'plain' });
    own.adopt('vital', defineKind<string>({ type: 'custom', essential: true, release: (name) => void done.push(name) }));
    own.defer(() => clock.advance(20));
    const report = await own.close();
    expect(done).toEqual(['vital']);
    expect(report.problems).toMatchObject([{ name: 'plain', result: 'abandoned', attempts: 0 }]);
    expect(registry.get('plain')?.state).toBe('abandoned');
  });

  it('takes the shorter of its own deadline and the one of the call, and hands children less than it has', async () => {
    const { registry, clock } = world();
    const own = registry.scope({ deadlineMs: 10_000 });
    own.child().adopt('c', defineKind<string>({ type: 'custom', releaseTimeoutMs: 0, release: never }), { name: 'c' });
    const report = own.close({ deadlineMs: 1_000 }) as Promise<CloseReport>;
    await clock.advanceAsync(1_000);
    expect((await report).problems).toMatchObject([{ name: 'c', result: 'timed-out' }]);
  });

  it('aborts its signal when the close begins, with the error if there is one', () => {
    const { registry } = world();
    const own = registry.scope();
    const { signal } = own;
    let during: boolean | undefined;
    own.defer(() => void (during = signal.aborted));
    const error = new Error('why');
    void own.close({ error });
    expect(during).toBe(true);
    expect(signal.reason).toBe(error);
    const unread = registry.scope();
    void unread.close();
    expect(unread.signal.aborted).toBe(true);
  });

  it('survives an onReport that throws', () => {
    const { registry } = world();
    const own = registry.scope({ onReport: fail });
    expect(own.close()).toMatchObject({ ok: true });
    expect(registry.metrics().listenerErrors).toBe(1);
  });

  it('closes 100 000 resources of which 1 % fail, and accounts for every one', async () => {
    const { registry } = world();
    const own = registry.scope();
    const bad = async (): Promise<void> => {
      throw new Error('no');
    };
    const good = async (): Promise<void> => {};
    for (let n = 0; n < 100_000; n += 1) own.defer(n % 100 === 0 ? bad : n % 2 === 0 ? good : () => {});
    const report = await own.close();
    expect(report.released).toBe(99_000);
    expect(report.problems).toHaveLength(1_000);
    expect(new Set(report.problems.map((problem) => problem.id)).size).toBe(1_000);
    expect(registry.count()).toBe(1_000);
    expect(registry.metrics().outcomes).toMatchObject({ released: 99_001, failed: 1_000 });
  });
});

describe('what comes to a closing scope', () => {
  it('is released with the reason late, and refused with what became of it', async () => {
    const { registry } = world();
    const own = registry.scope();
    void own.close();
    let reason: string | undefined;
    const attempt = (): unknown => own.adopt(1, (_, context) => void (reason = context.reason));
    expect(attempt).toThrow(RefusedError);
    expect(attempt).toThrow(/WT_SHUTTING_DOWN/);
    expect(reason).toBe('late');
    const slow = gate();
    const refused = ((): RefusedError => {
      try {
        own.adopt(1, () => slow.promise);
      } catch (error) {
        return error as RefusedError;
      }
      throw new Error('unreachable');
    })();
    slow.open();
    expect(await refused.released).toMatchObject({ result: 'released', reason: 'late' });
    expect(() => own.use({ [Symbol.dispose]() {} })).toThrow(/WT_SHUTTING_DOWN/);
    expect(() => own.defer(() => {})).toThrow(/WT_SHUTTING_DOWN/);
    expect(() => own.child()).toThrow(/WT_SHUTTING_DOWN/);
    await expect(own.run(() => 1)).rejects.toThrow(/WT_SHUTTING_DOWN/);
    expect(registry.count()).toBe(0);
  });

  it('is waited for when it came while the close ran', async () => {
    const { registry } = world();
    const own = registry.scope();
    const slow = gate();
    let finished = false;
    own.defer(() => {
      expect(() =>
        own.adopt(1, async () => {
          await slow.promise;
          finished = true;
        }),
      ).toThrow(/WT_SHUTTING_DOWN/);
    });
    const report = own.close();
    slow.open();
    expect(await report).toMatchObject({ ok: true, released: 2 });
    expect(finished).toBe(true);
  });
});

describe('acquire', () => {
  it('owns what arrives', async () => {
    const { registry } = world();
    const own = registry.scope();
    let closed = 0;
    const guard = await own.acquire(
      async () => 'value',
      () => void closed++,
      { name: 'thing' },
    );
    expect(guard.value).toBe('value');
    expect(registry.get('thing')?.id).toBe(guard.id);
    await own.close();
    expect(closed).toBe(1);
  });

  it('releases what arrives while the scope closes; the close waits for it', async () => {
    const { registry } = world();
    const own = registry.scope();
    const opened = gate<string>();
    const reasons: string[] = [];
    let signal: AbortSignal | undefined;
    const wanted = own.acquire(
      ({ signal: given }) => {
        signal = given;
        return opened.promise;
      },
      (_, { reason }) => void reasons.push(reason),
    );
    const refused = wanted.catch((error: unknown) => error);
    const report = own.close();
    expect(signal?.aborted).toBe(true);
    opened.open('late');
    expect(await report).toMatchObject({ ok: true });
    expect(await refused).toMatchObject({ code: 'WT_SHUTTING_DOWN', released: { result: 'released', reason: 'late' } });
    expect(reasons).toEqual(['late']);
    expect(registry.count()).toBe(0);
  });

  it('is not waited for beyond the deadline, and what arrives then is released all the same', async () => {
    const { registry, clock } = world();
    const own = registry.scope();
    const opened = gate<string>();
    let closed = 0;
    const refused = own
      .acquire(
        () => opened.promise,
        () => void closed++,
        { name: 'slow' },
      )
      .catch((error: unknown) => error);
    const report = own.close() as Promise<CloseReport>;
    await clock.advanceAsync(5_000);
    expect(await report).toMatchObject({ ok: false, problems: [{ name: 'slow', result: 'timed-out', id: 0 }] });
    opened.open('at last');
    expect(await refused).toMatchObject({ code: 'WT_SHUTTING_DOWN' });
    expect(closed).toBe(1);
  });

  it('rejects with what the opening fails with, and opens nothing for a closed scope', async () => {
    const { registry } = world();
    const own = registry.scope();
    const error = new Error('refused');
    await expect(
      own.acquire(
        () => Promise.reject(error),
        () => {},
      ),
    ).rejects.toBe(error);
    await expect(
      own.acquire(
        () => {
          throw error;
        },
        () => {},
      ),
    ).rejects.toBe(error);
    await expect(own.acquire(1 as never, () => {})).rejects.toThrow(/WT_INVALID_OPTION/);
    void own.close();
    let opened = 0;
    await expect(
      own.acquire(
        () => opened++,
        () => {},
      ),
    ).rejects.toThrow(/WT_SHUTTING_DOWN/);
    expect(opened).toBe(0);
  });
});

describe('run', () => {
  it('gives the result of the task when everything is released', async () => {
    const { registry } = world();
    let closed = 0;
    let seen: Scope | undefined;
    const own = registry.scope();
    const result = await own.run(async (given) => {
      seen = given;
      given.defer(() => void closed++);
      return 42;
    });
    expect(seen).toBe(own);
    expect(result).toBe(42);
    expect(closed).toBe(1);
    expect(own.state).toBe('closed');
  });

  it('rejects with exactly what the task failed with, whatever the releases do', async () => {
    const { registry } = world();
    let report: CloseReport | undefined;
    for (const error of [new Error('task'), 'text', undefined]) {
      const own = registry.scope({ onReport: (given) => (report = given) });
      const caught = await own
        .run((given) => {
          given.defer(fail);
          throw error;
        })
        .then(
          () => 'resolved',
          (thrown: unknown) => thrown,
        );
      expect(caught).toBe(error);
      expect(report?.problems).toHaveLength(1);
    }
  });

  it('rejects with the failures when only releases failed', async () => {
    const caught = await world()
      .registry.scope()
      .run((own) => {
        own.defer(fail);
        own.defer(fail);
      })
      .catch((error: unknown) => error);
    expect(caught).toBeInstanceOf(ReleaseFailedError);
    expect((caught as ReleaseFailedError).failures).toHaveLength(2);
  });

  it('says aborted when the task was', async () => {
    const { registry } = world();
    let reason: string | undefined;
    const abort = new DOMException('stop', 'AbortError');
    await expect(
      registry.scope().run((own) => {
        own.defer((_, context) => void (reason = context.reason));
        throw abort;
      }),
    ).rejects.toBe(abort);
    expect(reason).toBe('aborted');
  });

  it('works with await using, transpiled', async () => {
    const { registry } = world();
    const order: string[] = [];
    {
      await using own = registry.scope();
      own.defer(() => void order.push('released'));
      order.push('body');
    }
    expect(order).toEqual(['body', 'released']);
    await expect(
      (async () => {
        await using own = registry.scope();
        own.defer(fail);
      })(),
    ).rejects.toThrow(ReleaseFailedError);
  });
});
