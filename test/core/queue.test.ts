import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { CleanupQueue } from '../../src/core/queue.ts';
import type { CleanupOutcome, CleanupQueueOptions } from '../../src/core/queue-options.ts';
import { PriorityLists, overtakesAllowed } from '../../src/core/queue-lists.ts';
import { CleanupPriority } from '../../src/core/words.ts';
import { WatertightError } from '../../src/kernel/errors.ts';
import { ManualClock } from '../../src/kernel/clock/index.ts';

const { Low, Normal, High, Critical } = CleanupPriority;

function setUp(options: CleanupQueueOptions = {}) {
  const clock = new ManualClock();
  const outcomes: CleanupOutcome[] = [];
  const queue = new CleanupQueue({ clock, random: () => 0.5, onOutcome: (outcome) => outcomes.push(outcome), ...options });
  const results = (): string[] => outcomes.map(({ name, result, late }) => `${name} ${result}${late ? ' late' : ''}`);
  return { clock, queue, outcomes, results };
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'nothing thrown';
  } catch (error) {
    return error instanceof WatertightError ? error.code : String(error);
  }
}

describe('PriorityLists', () => {
  it('lets a low item through after 64 overtakes', () => {
    const lists = new PriorityLists<string>();
    lists.push('low', Low);
    for (let index = 0; index < 100; index += 1) lists.push('high', Critical);
    const order = Array.from({ length: 101 }, () => lists.pop());
    expect(order.indexOf('low')).toBe(overtakesAllowed);
  });

  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('push' as const), priority: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('pop' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(500) }) },
  );
  interface Item {
    readonly id: number;
    readonly priority: number;
  }

  property.prop([fc.array(step, { maxLength: 400 })], { numRuns: 300 })(
    'keeps first-in first-out in each priority and loses nothing',
    (steps) => {
      const lists = new PriorityLists<Item>(2);
      const model: (Item & { handle: number })[] = [];
      const stale: number[] = [];
      let id = 0;
      let lowerFirst = 0;
      const remove = (item: Item | undefined): void => {
        const at = model.findIndex((entry) => entry.id === item?.id);
        stale.push(...model.splice(at, 1).map((entry) => entry.handle));
      };
      for (const what of steps) {
        if (what.kind === 'push') {
          const item = { id: id++, priority: what.priority };
          model.push({ ...item, handle: lists.push(item, what.priority) });
        } else if (what.kind === 'pop') {
          const item = lists.pop();
          expect(item === undefined).toBe(model.length === 0);
          if (item === undefined) continue;
          expect(model.find((entry) => entry.priority === item.priority)?.id).toBe(item.id);
          if (model.some((entry) => entry.priority > item.priority)) lowerFirst += 1;
          remove(item);
        } else if (model.length > 0) {
          const victim = model[what.which % model.length]!;
          expect(lists.cancel(victim.handle)?.id).toBe(victim.id);
          remove(victim);
        }
        expect(lists.size).toBe(model.length);
        for (const priority of [0, 1, 2, 3])
          expect(lists.count(priority)).toBe(model.filter((entry) => entry.priority === priority).length);
      }
      expect(lowerFirst).toBeLessThanOrEqual(3 * Math.ceil(steps.length / overtakesAllowed));
      for (const handle of stale) expect(lists.cancel(handle)).toBeUndefined();
    },
  );
});

describe('CleanupQueue', () => {
  it('calls the highest priority first, in order of adding inside one, never inside add', async () => {
    const { queue } = setUp({ concurrency: 1 });
    const seen: string[] = [];
    for (const [name, priority] of [
      ['low', Low],
      ['a', Normal],
      ['critical', Critical],
      ['b', Normal],
      ['high', High],
    ] as const) {
      queue.add(() => void seen.push(name), { name, priority });
    }
    expect(seen).toEqual([]);
    await queue.idle();
    expect(seen).toEqual(['critical', 'high', 'a', 'b', 'low']);
  });

  it('runs no more at a time than allowed, and one that hangs or throws blocks nobody', async () => {
    const { queue, clock, results } = setUp({ concurrency: 2, timeoutMs: 100, retry: { attempts: 1, backoffMs: 0 } });
    let running = 0;
    let most = 0;
    queue.add(() => new Promise<never>(() => {}), { name: 'hangs' });
    queue.add(
      () => {
        throw new Error('no');
      },
      { name: 'throws' },
    );
    for (let index = 0; index < 5; index += 1) {
      queue.add(
        async () => {
          most = Math.max(most, ++running);
          await Promise.resolve();
          running -= 1;
        },
        { name: `task ${index}` },
      );
    }
    await clock.advanceAsync(0);
    expect(results()).toEqual(['throws failed', 'task 0 done', 'task 1 done', 'task 2 done', 'task 3 done', 'task 4 done']);
    expect(most).toBe(1);
    await clock.advanceAsync(100);
    expect(results().at(-1)).toBe('hangs timed-out');
    expect(queue.metrics()).toMatchObject({ running: 0, hung: 1, worker: 'idle', deadLetters: { kept: 2, dropped: 0 } });
    expect(clock.pending()).toBe(0);
  });

  it('repeats after pauses that double, then gives up into the dead letters, from where it can be tried again', async () => {
    const { queue, clock, results } = setUp({ retry: { attempts: 3, backoffMs: 100 } });
    const at: number[] = [];
    let works = false;
    queue.add(
      () => {
        at.push(clock.monotonic());
        if (!works) throw new Error(`attempt ${at.length}`);
      },
      { name: 'stubborn' },
    );
    await clock.advanceAsync(50);
    expect(queue.metrics()).toMatchObject({ retrying: 1, worker: 'waiting' });
    await clock.advanceAsync(1000);
    expect(at).toEqual([0, 100, 300]);
    expect(queue.deadLetters()).toMatchObject([
      { name: 'stubborn', result: 'failed', attempts: 3, error: { message: 'attempt 3' } },
    ]);
    expect(queue.health()).toEqual({ status: 'degraded', problems: ['1 cleanups were given up'] });
    works = true;
    expect(queue.retryDeadLetters()).toBe(1);
    await queue.idle();
    expect(results()).toEqual(['stubborn failed', 'stubborn done']);
    expect(queue.deadLetters()).toEqual([]);
    expect(queue.metrics()).toMatchObject({ retries: 2, successRate: 0.5 });
  });

  it('does not call again after a timeout, unless the item is idempotent, and tells a late end once', async () => {
    const { queue, clock, results } = setUp({ timeoutMs: 10, retry: { attempts: 2, backoffMs: 0 } });
    let calls = 0;
    let finish = (): void => {};
    let signal: AbortSignal | undefined;
    queue.add(
      (context) => {
        calls += 1;
        signal = context.signal;
        return new Promise((resolve) => (finish = resolve));
      },
      { name: 'slow' },
    );
    await clock.advanceAsync(10_000);
    expect([calls, signal?.aborted, ...results()]).toEqual([1, true, 'slow timed-out']);
    finish();
    await clock.advanceAsync(0);
    expect(results()).toEqual(['slow timed-out', 'slow done late']);
    expect(queue.metrics()).toMatchObject({ hung: 0, deadLetters: { kept: 0 } });
    let repeats = 0;
    queue.add(() => (++repeats === 1 ? new Promise<never>(() => {}) : undefined), { name: 'again', idempotent: true });
    await clock.advanceAsync(10_000);
    expect([repeats, results().at(-1)]).toEqual([2, 'again done']);
  });

  it('follows what the error or the item says: fail, fallback, circuit-break', async () => {
    const { queue, clock, outcomes } = setUp({ retry: { attempts: 1, backoffMs: 0 }, circuitOpenMs: 1_000 });
    const boom = (): never => {
      throw new Error('boom');
    };
    const final = (): never => {
      throw new WatertightError('WT_RELEASED', 'gone already');
    };
    queue.add(final, { name: 'fail', retry: { attempts: 5, backoffMs: 0 }, fallback: () => {} });
    queue.add(boom, { name: 'fallback', recover: () => 'fallback', retry: { attempts: 5, backoffMs: 0 }, fallback: () => {} });
    queue.add(boom, { name: 'both', fallback: boom });
    for (let index = 0; index < 7; index += 1) queue.add(boom, { name: `circuit ${index}`, circuit: 'db' });
    queue.add(boom, { name: 'at once', circuit: 'other', recover: () => 'circuit-break' });
    queue.add(() => {}, { name: 'refused', circuit: 'other' });
    await clock.advanceAsync(0);
    const by = (name: string): CleanupOutcome => outcomes.find((outcome) => outcome.name === name)!;
    expect(by('fail')).toMatchObject({ result: 'failed', attempts: 1 });
    expect(by('fallback')).toMatchObject({ result: 'recovered', attempts: 1 });
    expect(by('both').error).toBeInstanceOf(AggregateError);
    expect(by('circuit 4').error).toMatchObject({ message: 'boom' });
    expect(by('circuit 5').error).toMatchObject({ code: 'WT_CIRCUIT_OPEN' });
    expect(by('refused').error).toMatchObject({ code: 'WT_CIRCUIT_OPEN' });
    expect(queue.metrics().openCircuits).toEqual(['db', 'other']);
    await clock.advanceAsync(1_000);
    queue.add(() => {}, { name: 'trial', circuit: 'db' });
    await clock.advanceAsync(0);
    expect(by('trial').result).toBe('done');
    expect(queue.metrics().openCircuits).toEqual([]);
  });

  it('cancels what waits or pauses, not what runs', async () => {
    const { queue, clock, results } = setUp({ concurrency: 1, retry: { attempts: 2, backoffMs: 100 } });
    let finish = (): void => {};
    const running = queue.add(() => new Promise<void>((resolve) => (finish = resolve)), { name: 'running', priority: High });
    const waiting = queue.add(() => {}, { name: 'waiting' });
    const pausing = queue.add(() => Promise.reject(new Error('no')), { name: 'pausing' });
    await clock.advanceAsync(0);
    expect([running.state, running.cancel(), waiting.cancel(), waiting.cancel()]).toEqual(['running', false, true, false]);
    finish();
    await clock.advanceAsync(10);
    expect([pausing.state, pausing.cancel(), pausing.state]).toEqual(['pausing', true, 'ended']);
    expect(results()).toEqual(['waiting cancelled', 'running done', 'pausing cancelled']);
    expect(clock.pending()).toBe(0);
  });

  it('refuses what is too much, unknown or late, with codes', async () => {
    const { queue } = setUp({ maxLength: 2, concurrency: 1 });
    queue.add(() => {});
    queue.add(() => {});
    expect(codeOf(() => queue.add(() => {}))).toBe('WT_RESOURCE_EXHAUSTED');
    expect(codeOf(() => queue.add(() => {}, { timeoutMS: 1 } as object))).toBe('WT_INVALID_OPTION');
    expect(codeOf(() => new CleanupQueue({ concurrency: 0 }))).toBe('WT_INVALID_OPTION');
    const report = await queue.close();
    expect(report).toEqual({ ok: true, givenUp: 0, running: 0 });
    expect(codeOf(() => queue.add(() => {}))).toBe('WT_SHUTTING_DOWN');
    expect(queue.metrics().worker).toBe('closed');
    expect(queue.close()).toBe(queue.close());
  });

  it('closes within its grace time and says what was given up', async () => {
    const { queue, clock, results } = setUp({ concurrency: 1, timeoutMs: 0, retry: { attempts: 3, backoffMs: 30_000 } });
    let attempts = 0;
    queue.add(
      () => {
        attempts += 1;
        return Promise.reject(new Error('no'));
      },
      { name: 'pausing' },
    );
    await clock.advanceAsync(0);
    queue.add(() => new Promise<never>(() => {}), { name: 'hangs' });
    queue.add(() => {}, { name: 'never called' });
    const closed = queue.close(500);
    await clock.advanceAsync(40_000);
    expect(await closed).toEqual({ ok: false, givenUp: 2, running: 1 });
    expect(attempts).toBeGreaterThanOrEqual(1);
    expect(results().toSorted()).toEqual(['never called failed', 'pausing failed']);
    expect(clock.pending()).toBe(0);
  });

  it('says when every place is taken by a call that does not settle', async () => {
    const { queue, clock } = setUp({ concurrency: 2, timeoutMs: 0 });
    for (let index = 0; index < 3; index += 1) queue.add(() => new Promise<never>(() => {}));
    await clock.advanceAsync(30_000);
    expect(queue.metrics()).toMatchObject({ worker: 'blocked', running: 2, waiting: { normal: 1 } });
    expect(queue.health()).toEqual({ status: 'unhealthy', problems: ['all 2 places are taken by calls that do not settle'] });
  });

  it('survives listeners that throw and counts durations', async () => {
    const clock = new ManualClock();
    const queue = new CleanupQueue({
      clock,
      onOutcome: () => {
        throw new Error('listener');
      },
    });
    queue.add(() => new Promise<void>((resolve) => void clock.schedule(150, resolve)));
    await clock.advanceAsync(200);
    expect(queue.metrics().durations.filter((bucket) => bucket.count > 0)).toEqual([{ upToMs: 200, count: 1 }]);
    expect(queue.metrics().outcomes.done).toBe(1);
  });

  const ways = ['done', 'throws', 'rejects', 'later', 'hangs', 'late', 'second time'] as const;
  const plannedTask = fc.record({
    way: fc.constantFrom(...ways),
    priority: fc.constantFrom(Low, Normal, High, Critical),
    idempotent: fc.boolean(),
    fallback: fc.constantFrom('none', 'works', 'fails'),
    cancelAfterMs: fc.option(fc.nat(300)),
    circuit: fc.constantFrom(undefined, 'shared'),
  });

  property.prop([fc.array(plannedTask, { maxLength: 30 }), fc.integer({ min: 1, max: 4 })], { numRuns: 100 })(
    'ends every task exactly once, whatever it does, and calls none too often',
    async (plans, concurrency) => {
      const { queue, clock, outcomes } = setUp({
        concurrency,
        timeoutMs: 100,
        retry: { attempts: 3, backoffMs: 20 },
        circuitOpenMs: 50,
      });
      const calls = plans.map(() => 0);
      let inTime = 0;
      let most = 0;
      let wrongAttempts = 0;
      const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.schedule(ms, resolve));
      const act = async (way: (typeof ways)[number], call: number): Promise<void> => {
        if (way === 'rejects' || (way === 'second time' && call === 1)) throw new Error(way);
        if (way === 'later') await wait(50);
        if (way === 'late') await wait(150);
        if (way === 'hangs') await new Promise<never>(() => {});
      };
      const queued = plans.map(({ way, fallback, cancelAfterMs, circuit, ...options }, index) => {
        const ticket = queue.add(
          (context) => {
            const call = ++calls[index]!;
            wrongAttempts += context.attempt === call ? 0 : 1;
            most = Math.max(most, ++inTime);
            const leave = (): void => void (inTime -= 1);
            context.signal.addEventListener('abort', leave, { once: true });
            const settled = (): void => {
              if (!context.signal.aborted) leave();
            };
            if (way === 'done') return settled();
            if (way === 'throws') {
              settled();
              throw new Error(way);
            }
            return act(way, call).finally(settled);
          },
          {
            ...options,
            name: `${index}`,
            ...(circuit === undefined ? {} : { circuit }),
            ...(fallback === 'none'
              ? {}
              : { fallback: () => (fallback === 'works' ? undefined : Promise.reject(new Error('fallback'))) }),
          },
        );
        if (cancelAfterMs !== null) clock.schedule(cancelAfterMs, () => void ticket.cancel());
        return ticket;
      });
      await clock.advanceAsync(20_000);
      expect(wrongAttempts).toBe(0);
      expect(most).toBeLessThanOrEqual(concurrency);
      expect(queued.every((ticket) => ticket.state === 'ended')).toBe(true);
      const ends = outcomes.filter((outcome) => !outcome.late);
      expect(ends.map(({ name }) => name).toSorted()).toEqual(plans.map((_, index) => `${index}`).toSorted());
      for (const { name, attempts, result } of ends) {
        const index = Number(name);
        expect(calls[index]).toBe(attempts);
        expect(attempts).toBeLessThanOrEqual(3);
        if (plans[index]!.way === 'hangs' && !plans[index]!.idempotent) expect(attempts).toBeLessThanOrEqual(1);
        if (result === 'done') expect(['done', 'later', 'second time']).toContain(plans[index]!.way);
      }
      const { waiting, retrying, running, worker } = queue.metrics();
      expect({ waiting, retrying, running, worker }).toEqual({
        waiting: { low: 0, normal: 0, high: 0, critical: 0 },
        retrying: 0,
        running: 0,
        worker: 'idle',
      });
      expect(clock.pending()).toBe(0);
    },
  );
});
