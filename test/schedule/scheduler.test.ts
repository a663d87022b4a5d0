import { describe, expect, test } from 'vitest';
import { ManualClock, ResourceRegistry, scope } from '../../src/core/index.ts';
import { CleanupScheduler, after, at, every } from '../../src/schedule/index.ts';
import type { CleanupSchedulerOptions, RunOutcome } from '../../src/schedule/index.ts';

const hour = 3_600_000;

/** A scheduler on a clock that stands still, in a registry of its own, without jitter in its pauses. */
function made(options: Partial<CleanupSchedulerOptions> = {}) {
  const clock = new ManualClock({ startMs: 1_700_000_000_000 });
  const registry = new ResourceRegistry({ clock });
  const outcomes: RunOutcome[] = [];
  const scheduler = new CleanupScheduler({
    clock,
    registry,
    random: () => 0.5,
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
  });
  return { clock, registry, scheduler, outcomes };
}

/** A task whose runs end when they are told to. */
function held() {
  const ends: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const signals: AbortSignal[] = [];
  return {
    task: ({ signal }: { readonly signal: AbortSignal }) => {
      signals.push(signal);
      running += 1;
      most = Math.max(most, running);
      return new Promise<void>((resolve) => {
        ends.push(() => {
          running -= 1;
          resolve();
        });
      });
    },
    end: () => ends.shift()?.(),
    signals,
    get most() {
      return most;
    },
    get running() {
      return running;
    },
  };
}

describe('a one-time task', () => {
  test('runs once after its delay, never synchronously, and its row is gone', async () => {
    const { clock, registry, scheduler, outcomes } = made();
    let runs = 0;
    scheduler.scheduleCleanup('tidy', () => (runs += 1), { delayMs: 500, description: 'tidy up' });
    expect(registry.get(`${scheduler.name}:tidy`)).toMatchObject({ type: 'timer', metadata: { description: 'tidy up' } });
    await clock.advanceAsync(499);
    expect(runs).toBe(0);
    await clock.advanceAsync(1);
    await clock.advanceAsync(hour);
    expect(runs).toBe(1);
    expect(registry.count()).toBe(0);
    expect(clock.pending()).toBe(0);
    expect(outcomes).toMatchObject([{ id: 'tidy', run: 1, result: 'done' }]);
    expect(scheduler.getStatus().ended).toMatchObject([{ id: 'tidy', description: 'tidy up', state: 'ended' }]);
  });

  test('waits longer than 2^31 ms', async () => {
    const { clock, scheduler } = made();
    let runs = 0;
    const days30 = 30 * 24 * hour;
    scheduler.scheduleCleanup('monthly', () => (runs += 1), { delayMs: days30 });
    await clock.advanceAsync(days30 - 1);
    expect(runs).toBe(0);
    await clock.advanceAsync(1);
    expect(runs).toBe(1);
  });

  test('is tried again when it fails, with pauses that double, up to `attempts`', async () => {
    const { clock, scheduler, outcomes, registry } = made();
    const startedAt: number[] = [];
    scheduler.scheduleCleanup(
      'flaky',
      ({ attempt }) => {
        startedAt.push(clock.monotonic());
        throw new Error(`attempt ${attempt}`);
      },
      { attempts: 3, backoff: { firstMs: 100 } },
    );
    await clock.advanceAsync(hour);
    expect(startedAt).toEqual([0, 100, 300]);
    expect(outcomes.map(({ result }) => result)).toEqual(['failed', 'failed', 'failed']);
    expect(outcomes.at(-1)?.error).toEqual(new Error('attempt 3'));
    expect(scheduler.getStatus()).toMatchObject({ tasks: [], counts: { failed: 3 }, ended: [{ failures: 3 }] });
    expect(registry.count()).toBe(0);
  });

  test('has three attempts by default', async () => {
    const { clock, scheduler, outcomes } = made();
    scheduler.scheduleCleanup('flaky', () => Promise.reject(new Error('no')));
    await clock.advanceAsync(hour);
    expect(outcomes).toHaveLength(3);
  });

  test('may cancel itself and so give up its further attempts', async () => {
    const { clock, scheduler, outcomes } = made();
    scheduler.scheduleCleanup('once', (run) => {
      run.cancel();
      throw new Error('no');
    });
    await clock.advanceAsync(hour);
    expect(outcomes).toHaveLength(1);
    expect(scheduler.getStatus().tasks).toEqual([]);
  });
});

describe('a recurring task', () => {
  test('runs on a grid, however long its runs take', async () => {
    const { clock, scheduler } = made();
    const startedAt: number[] = [];
    scheduler.scheduleRecurringCleanup(
      'grid',
      () => {
        startedAt.push(clock.monotonic());
        return new Promise<void>((resolve) => void clock.schedule(300, resolve));
      },
      { intervalMs: 1_000 },
    );
    await clock.advanceAsync(3_500);
    expect(startedAt).toEqual([1_000, 2_000, 3_000]);
    await clock.advanceAsync(0);
    await scheduler.stop();
  });

  test('leaves out what is due while it still runs', async () => {
    const { clock, scheduler } = made();
    const job = held();
    const { task, end } = job;
    scheduler.scheduleRecurringCleanup('slow', task, { intervalMs: 1_000 });
    await clock.advanceAsync(3_000);
    expect(scheduler.getTask('slow')).toMatchObject({ state: 'running', runs: 1, skipped: 2 });
    end();
    await clock.advanceAsync(1_000);
    expect(scheduler.getTask('slow')).toMatchObject({ runs: 2 });
    expect(scheduler.getStatus().counts.skipped).toBe(2);
    end();
    await scheduler.stop();
    expect(job.most).toBe(1);
  });

  test('runs right after with `queue`, once for all that it missed', async () => {
    const { clock, scheduler } = made();
    const { task, end } = held();
    scheduler.scheduleRecurringCleanup('slow', task, { intervalMs: 1_000, overlap: 'queue' });
    await clock.advanceAsync(4_500);
    end();
    await clock.advanceAsync(0);
    expect(scheduler.getTask('slow')).toMatchObject({ state: 'running', runs: 2, skipped: 0 });
    end();
    await clock.advanceAsync(499);
    expect(scheduler.getTask('slow')).toMatchObject({ state: 'waiting', runs: 2 });
    await clock.advanceAsync(1);
    expect(scheduler.getTask('slow')).toMatchObject({ state: 'running', runs: 3 });
    end();
    await scheduler.stop();
  });

  test('aborts the run under way with `cancel`, and begins when that has ended', async () => {
    const { clock, scheduler, outcomes } = made();
    const { task, end, signals } = held();
    scheduler.scheduleRecurringCleanup('slow', task, { intervalMs: 1_000, overlap: 'cancel' });
    await clock.advanceAsync(1_999);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advanceAsync(1);
    expect(signals[0]?.aborted).toBe(true);
    expect(scheduler.getTask('slow')).toMatchObject({ runs: 1 });
    end();
    await clock.advanceAsync(0);
    expect(scheduler.getTask('slow')).toMatchObject({ runs: 2, state: 'running' });
    expect(outcomes).toMatchObject([{ result: 'cancelled' }]);
    end();
    await scheduler.stop();
  });

  test('that fails is slowed down, up to the longest pause, and recovers', async () => {
    const { clock, scheduler } = made();
    const startedAt: number[] = [];
    let broken = true;
    scheduler.scheduleRecurringCleanup(
      'flaky',
      () => {
        startedAt.push(clock.monotonic());
        if (broken) throw new Error('no');
      },
      { intervalMs: 1_000, backoff: { firstMs: 2_500, maxMs: 5_000 } },
    );
    await clock.advanceAsync(14_000);
    // 1 000; not before 3 500; not before 8 500; not before 13 500.
    expect(startedAt).toEqual([1_000, 3_500, 8_500, 13_500]);
    broken = false;
    await clock.advanceAsync(6_999);
    expect(startedAt.slice(4)).toEqual([18_500, 19_000, 20_000]);
    expect(scheduler.getTask('flaky')).toMatchObject({ failures: 0 });
    await scheduler.stop();
  });

  test('that fails is not called more often than its interval says', async () => {
    const { clock, scheduler } = made();
    let runs = 0;
    scheduler.scheduleRecurringCleanup(
      'hourly',
      () => {
        runs += 1;
        throw new Error('no');
      },
      { intervalMs: hour },
    );
    await clock.advanceAsync(2 * hour + 60_000);
    expect(runs).toBe(2);
    await scheduler.stop();
  });

  test('spreads its runs by up to `jitterMs`, and stays on its grid', async () => {
    const { clock, scheduler } = made({ random: () => 0.25 });
    const startedAt: number[] = [];
    scheduler.scheduleRecurringCleanup('spread', () => startedAt.push(clock.monotonic()), { intervalMs: 1_000, jitterMs: 400 });
    await clock.advanceAsync(3_500);
    expect(startedAt).toEqual([1_100, 2_100, 3_100]);
    await scheduler.stop();
  });

  test('tells its deadline by the signal; the run counts as timed out, and none begins beside it', async () => {
    const { clock, scheduler, outcomes } = made();
    const job = held();
    const { task, end, signals } = job;
    scheduler.scheduleRecurringCleanup('hung', task, { intervalMs: 1_000, timeoutMs: 500 });
    await clock.advanceAsync(5_000);
    expect(signals).toHaveLength(1);
    expect(signals[0]?.reason).toMatchObject({ code: 'WT_RELEASE_TIMEOUT' });
    expect(scheduler.getTask('hung')).toMatchObject({ state: 'running', overdue: true });
    end();
    await clock.advanceAsync(0);
    expect(outcomes).toMatchObject([{ result: 'timed-out' }]);
    await scheduler.stop();
    expect(job.running).toBe(0);
  });
});

describe('the two clocks', () => {
  test('an interval does not care when the system clock is set', async () => {
    const { clock, scheduler } = made();
    let runs = 0;
    scheduler.scheduleRecurringCleanup('steady', () => (runs += 1), { intervalMs: 1_000 });
    await clock.advanceAsync(1_500);
    clock.jump(-24 * hour);
    await clock.advanceAsync(1_000);
    expect(runs).toBe(2);
    clock.jump(48 * hour);
    await clock.advanceAsync(1_000);
    expect(runs).toBe(3);
    await scheduler.stop();
  });

  test('a time of the system clock is met within a minute when that is set forward', async () => {
    const { clock, scheduler } = made();
    let ranAt = 0;
    scheduler.schedule('at', () => (ranAt = clock.now()), at(clock.now() + 10 * hour));
    clock.jump(10 * hour);
    await clock.advanceAsync(60_000);
    expect(ranAt).toBe(clock.now());
  });

  test('and is waited for anew when that is set back', async () => {
    const { clock, scheduler } = made();
    let runs = 0;
    scheduler.schedule('at', () => (runs += 1), at(clock.now() + hour));
    clock.jump(-5 * hour);
    await clock.advanceAsync(2 * hour);
    expect(runs).toBe(0);
    expect(scheduler.getTask('at')?.nextRunAtMs).toBe(clock.now() + 4 * hour);
    await clock.advanceAsync(4 * hour);
    expect(runs).toBe(1);
  });

  test('one rule may serve several tasks', async () => {
    const { clock, scheduler } = made();
    const done: string[] = [];
    const atOnce = at(clock.now() + 10);
    const soon = after(10);
    scheduler.schedule('a', () => done.push('a'), atOnce);
    scheduler.schedule('b', () => done.push('b'), atOnce);
    scheduler.schedule('c', () => done.push('c'), soon);
    scheduler.schedule('d', () => done.push('d'), soon);
    await clock.advanceAsync(1_000);
    expect(done).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a time that has passed runs at once', async () => {
    const { clock, scheduler } = made();
    let runs = 0;
    scheduler.schedule('late', () => (runs += 1), at(clock.now() - hour));
    await clock.advanceAsync(0);
    expect(runs).toBe(1);
  });
});

describe('cancelling', () => {
  test('before it begins: no run, no timer, no row', async () => {
    const { clock, scheduler, registry } = made();
    let runs = 0;
    scheduler.scheduleCleanup('never', () => (runs += 1), { delayMs: 100 });
    expect(await scheduler.cancelTask('never')).toBe(true);
    expect(await scheduler.cancelTask('never')).toBe(false);
    expect(clock.pending()).toBe(0);
    await clock.advanceAsync(1_000);
    expect(runs).toBe(0);
    expect(registry.count()).toBe(0);
  });

  test('aborts the run under way and waits for it', async () => {
    const { clock, scheduler, outcomes } = made();
    const { task, end, signals } = held();
    scheduler.scheduleRecurringCleanup('busy', task, { intervalMs: 1_000 });
    await clock.advanceAsync(1_000);
    let isCancelled = false;
    const cancelling = scheduler.cancelTask('busy').then(() => (isCancelled = true));
    await clock.advanceAsync(0);
    expect(signals[0]?.aborted).toBe(true);
    expect(isCancelled).toBe(false);
    expect(scheduler.getTask('busy')).toMatchObject({ state: 'cancelling', nextRunAtMs: null });
    end();
    await cancelling;
    expect(outcomes).toMatchObject([{ result: 'cancelled' }]);
    expect(scheduler.getTask('busy')).toBeUndefined();
  });

  test('that waits in vain rejects and the row stays visible', async () => {
    const { clock, scheduler, registry } = made({ cancelTimeoutMs: 2_000 });
    const { task, end } = held();
    scheduler.scheduleCleanup('hung', task);
    await clock.advanceAsync(0);
    const cancelling = scheduler.cancelTask('hung');
    const failed = expect(cancelling).rejects.toMatchObject({ code: 'WT_RELEASE_FAILED' });
    await clock.advanceAsync(2_100);
    await failed;
    expect(registry.get(`${scheduler.name}:hung`)).toMatchObject({ state: 'timed-out' });
    end();
    await clock.advanceAsync(0);
    expect(registry.count()).toBe(0);
  });

  test('from inside by the task itself, also while it is being called', async () => {
    const { clock, scheduler, registry } = made();
    let runs = 0;
    scheduler.scheduleRecurringCleanup(
      'twice',
      (run) => {
        runs += 1;
        if (run.run === 2) run.cancel();
      },
      { intervalMs: 10 },
    );
    const own = scheduler.scheduleRecurringCleanup('own', () => void scheduler.cancelTask('own'), { intervalMs: 10 });
    expect(own.state).toBe('waiting');
    await clock.advanceAsync(1_000);
    expect(runs).toBe(2);
    expect(scheduler.getStatus().tasks).toEqual([]);
    expect(registry.count()).toBe(0);
  });
});

describe('ownership', () => {
  test('closing the scope cancels its tasks and waits', async () => {
    const clock = new ManualClock();
    const registry = new ResourceRegistry({ clock });
    const owner = scope({ registry });
    const scheduler = new CleanupScheduler({ scope: owner, clock });
    const { task, end, signals } = held();
    scheduler.scheduleCleanup('busy', task);
    scheduler.scheduleCleanup('waiting', task, { delayMs: 10 });
    await clock.advanceAsync(0);
    const closing = owner.close();
    expect(signals).toHaveLength(1);
    expect(signals[0]?.aborted).toBe(true);
    end();
    expect(await closing).toMatchObject({ ok: true, released: 2 });
    expect(scheduler.getStatus().tasks).toEqual([]);
    expect(clock.pending('ref')).toBe(0);
  });

  test('the shutdown of the registry does, too, and nothing can be scheduled afterwards', async () => {
    const { registry, scheduler, clock } = made();
    scheduler.scheduleRecurringCleanup('tick', () => undefined, { intervalMs: 10 });
    expect(await registry.shutdown()).toMatchObject({ ok: true, released: 1 });
    expect(() => scheduler.scheduleCleanup('late', () => undefined)).toThrow(
      expect.objectContaining({ code: 'WT_SHUTTING_DOWN' }),
    );
    expect(clock.pending()).toBe(0);
    expect(scheduler.getStatus().tasks).toEqual([]);
  });

  test('rows carry the line that scheduled them', () => {
    const { scheduler, registry } = made();
    scheduler.scheduleCleanup('here', () => undefined, { delayMs: 10 });
    expect(registry.get(`${scheduler.name}:here`)?.createdAt).toMatch(/scheduler\.test\.ts:\d+:\d+$/);
    void registry.releaseAll();
  });

  test('stop cancels everything once; later calls are refused', async () => {
    const { scheduler, clock } = made();
    scheduler.scheduleRecurringCleanup('a', () => undefined, { intervalMs: 10 });
    scheduler.scheduleRecurringCleanup('b', () => undefined, { intervalMs: 10 });
    expect(scheduler.stop()).toBe(scheduler.stop());
    await scheduler[Symbol.asyncDispose]();
    expect(scheduler.getStatus()).toMatchObject({ state: 'stopped', tasks: [] });
    expect(clock.pending()).toBe(0);
    expect(() => scheduler.scheduleCleanup('c', () => undefined)).toThrow(expect.objectContaining({ code: 'WT_SHUTTING_DOWN' }));
  });

  test('a task may schedule another one', async () => {
    const { scheduler, clock } = made();
    const done: string[] = [];
    scheduler.scheduleCleanup('first', () => {
      scheduler.scheduleCleanup('second', () => done.push('second'));
      done.push('first');
    });
    await clock.advanceAsync(1);
    expect(done).toEqual(['first', 'second']);
  });

  test('waiting keeps the process alive only when asked to', async () => {
    const { scheduler, clock } = made();
    scheduler.scheduleCleanup('idle', () => undefined, { delayMs: 10 });
    expect(clock.pending('ref')).toBe(0);
    scheduler.scheduleCleanup('vital', () => undefined, { delayMs: 10, keepAlive: true });
    expect(clock.pending('ref')).toBe(1);
    await scheduler.stop();
  });
});

describe('input', () => {
  test.each([
    ['an id twice', (s: CleanupScheduler) => s.scheduleCleanup('taken', () => undefined), 'WT_NAME_TAKEN'],
    ['an empty id', (s: CleanupScheduler) => s.scheduleCleanup('', () => undefined), 'WT_INVALID_OPTION'],
    ['no task', (s: CleanupScheduler) => s.scheduleCleanup('x', undefined as never), 'WT_INVALID_OPTION'],
    ['a negative delay', (s: CleanupScheduler) => s.scheduleCleanup('x', () => undefined, { delayMs: -1 }), 'WT_INVALID_OPTION'],
    [
      'an endless delay',
      (s: CleanupScheduler) => s.scheduleCleanup('x', () => undefined, { delayMs: Infinity }),
      'WT_INVALID_OPTION',
    ],
    [
      'an interval of 0',
      (s: CleanupScheduler) => s.scheduleRecurringCleanup('x', () => undefined, { intervalMs: 0 }),
      'WT_INVALID_OPTION',
    ],
    ['no interval', (s: CleanupScheduler) => s.scheduleRecurringCleanup('x', () => undefined, {} as never), 'WT_INVALID_OPTION'],
    [
      'an unknown key',
      (s: CleanupScheduler) => s.scheduleCleanup('x', () => undefined, { delay: 1 } as never),
      'WT_INVALID_OPTION',
    ],
    ['no rule', (s: CleanupScheduler) => s.schedule('x', () => undefined, 5 as never), 'WT_INVALID_OPTION'],
    ['a rule with a bad interval', () => every(0.5), 'WT_INVALID_OPTION'],
    ['a rule with a bad delay', () => after(Number.NaN), 'WT_INVALID_OPTION'],
  ])('%s is refused', async (_what, call, code) => {
    const { scheduler } = made();
    scheduler.scheduleCleanup('taken', () => undefined, { delayMs: 10 });
    expect(() => call(scheduler)).toThrow(expect.objectContaining({ code }));
    expect(scheduler.getStatus().tasks).toHaveLength(1);
    await scheduler.stop();
  });

  test('the nearest key is named', () => {
    expect(() => new CleanupScheduler({ jitter: 1, nmae: 'x' } as never)).toThrow(/there is no option/);
    const { scheduler } = made();
    expect(() => scheduler.scheduleCleanup('x', () => undefined, { delayMS: 1 } as never)).toThrow(/did you mean `delayMs`/);
  });

  test('a listener that throws harms nothing', async () => {
    const { scheduler, clock } = made({
      onOutcome: () => {
        throw new Error('listener');
      },
    });
    scheduler.scheduleCleanup('x', () => undefined);
    await clock.advanceAsync(1);
    expect(scheduler.getStatus().counts.done).toBe(1);
  });
});
