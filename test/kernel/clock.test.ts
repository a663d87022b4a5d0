import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it, vi } from 'vitest';
import { CoarseClock, ManualClock, TimingWheel, systemClock } from '../../src/kernel/clock/index.ts';
import type { Clock, ScheduleOptions, Timer } from '../../src/kernel/clock/index.ts';

/** A manual clock that claims to be dear to read, as the system's is: the wheel then collects and places at its tick. */
function dear(manual: ManualClock): Clock {
  return {
    now: () => manual.now(),
    monotonic: () => manual.monotonic(),
    schedule: (delayMs: number, run: () => void, options?: ScheduleOptions): Timer => manual.schedule(delayMs, run, options),
  };
}

describe('ManualClock', () => {
  it('runs what is due in order of time, then of scheduling, also what is scheduled on the way', () => {
    const clock = new ManualClock({ startMs: 0 });
    const seen: string[] = [];
    clock.schedule(20, () => seen.push(`b@${clock.now()}`));
    clock.schedule(10, () => {
      seen.push(`a@${clock.now()}`);
      clock.schedule(5, () => seen.push(`c@${clock.now()}`));
    });
    clock.schedule(20, () => seen.push(`d@${clock.now()}`));
    clock.advance(20);
    expect(seen).toEqual(['a@10', 'c@15', 'b@20', 'd@20']);
    expect(clock.pending()).toBe(0);
  });
});

describe('systemClock', () => {
  it('bears delays beyond 2^31 ms and leaves nothing behind once cancelled', () => {
    let ran = false;
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const timer = systemClock.schedule(2 ** 40, () => (ran = true), { ref: true });
    timer.unref();
    timer.ref();
    expect(timers()).toBe(before + 1);
    timer.cancel();
    timer.cancel();
    timer.ref();
    expect(ran).toBe(false);
    expect(timers()).toBe(before);
  });

  it('is not stopped by fake timers', async () => {
    vi.useFakeTimers();
    try {
      await new Promise<void>((resolve) => systemClock.schedule(1, resolve, { ref: true }));
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('CoarseClock', () => {
  it('reads the clock once per tick while it is used, and has no timer in quiet', () => {
    const manual = new ManualClock({ startMs: 1000 });
    const coarse = new CoarseClock(dear(manual));
    expect(manual.pending()).toBe(0);
    manual.advance(500);
    expect(coarse.now()).toBe(500);
    manual.advance(19);
    expect(coarse.now()).toBe(500);
    manual.advance(1);
    expect(coarse.now()).toBe(520);
    expect(coarse.toEpoch(coarse.now())).toBe(1520);
    expect(manual.pending('ref')).toBe(0);
    manual.advance(60);
    expect(manual.pending()).toBe(0);
  });

  it('is exact on an exact clock, without any timer', () => {
    const manual = new ManualClock();
    const coarse = new CoarseClock(manual);
    manual.advance(7);
    expect(coarse.now()).toBe(7);
    expect(manual.pending()).toBe(0);
  });
});

describe('TimingWheel', () => {
  it('has no timer while it is empty, one timer however much is set, and ref only while something holds', () => {
    const clock = new ManualClock();
    const wheel = new TimingWheel(clock);
    expect(clock.pending()).toBe(0);
    const first = wheel.set(100, () => {}, 0);
    const second = wheel.set(3_600_000, () => {}, 0, true);
    expect([clock.pending(), clock.pending('ref'), wheel.size]).toEqual([1, 1, 2]);
    expect(wheel.cancel(second)).toBe(true);
    expect(clock.pending('ref')).toBe(0);
    expect(wheel.cancel(first)).toBe(true);
    expect([clock.pending(), wheel.size]).toEqual([0, 0]);
  });

  it('refuses a stale handle, also after its entry was used again', () => {
    const clock = new ManualClock();
    const wheel = new TimingWheel(clock);
    const old = wheel.set(10, () => {}, 0);
    clock.advance(10);
    const young = wheel.set(10, () => {}, 0);
    expect(wheel.cancel(old)).toBe(false);
    expect(wheel.cancel(young)).toBe(true);
    expect(wheel.cancel(young)).toBe(false);
    expect([0, -1, 1e15, Number.NaN].map((handle) => wheel.cancel(handle))).toEqual([false, false, false, false]);
  });

  it('runs the others when one callback throws', () => {
    const clock = new ManualClock();
    const wheel = new TimingWheel(clock);
    const seen: number[] = [];
    const note = (arg: number): void => void seen.push(arg);
    wheel.set(5, note, 1);
    wheel.set(
      5,
      () => {
        throw new Error('boom');
      },
      2,
    );
    wheel.set(5, note, 3);
    wheel.set(9, note, 4);
    expect(() => clock.advance(5)).toThrow('boom');
    clock.advance(4);
    expect(seen).toEqual([1, 3, 4]);
    expect(clock.pending()).toBe(0);
  });

  it('lets callbacks set and cancel, also what is due at the same moment', () => {
    const clock = new ManualClock();
    const wheel = new TimingWheel(clock);
    const seen: string[] = [];
    let victim = 0;
    wheel.set(
      5,
      () => {
        seen.push('first');
        expect(wheel.cancel(victim)).toBe(true);
        wheel.set(0, () => seen.push('follower'), 0);
      },
      0,
    );
    victim = wheel.set(5, () => seen.push('victim'), 0);
    clock.advance(5);
    expect(seen).toEqual(['first']);
    clock.advance(1);
    expect(seen).toEqual(['first', 'follower']);
    expect(wheel.size).toBe(0);
  });

  it('is right beyond 2^31 ms and beyond its span', () => {
    const clock = new ManualClock();
    const wheel = new TimingWheel(clock);
    const at: number[] = [];
    const delays = [2 ** 31 + 5, 64 ** 6 + 7, 3 * 64 ** 6 + 1];
    for (const delay of delays) wheel.set(delay, () => at.push(clock.monotonic()), 0);
    wheel.set(Infinity, () => at.push(-1), 0);
    clock.advance(4 * 64 ** 6);
    expect(at).toEqual(delays);
    expect(wheel.size).toBe(1);
  });

  it('on a clock that is dear to read is never early, late by a tick at most, and quiet a tick after the last cancel', () => {
    const manual = new ManualClock();
    const wheel = new TimingWheel(dear(manual));
    const late: number[] = [];
    for (let index = 0; index < 200; index += 1) {
      const due = manual.monotonic() + index * 3;
      wheel.set(index * 3, () => late.push(manual.monotonic() - due), 0);
      manual.advance(1);
    }
    manual.advance(1000);
    expect(late.length).toBe(200);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(21);
    wheel.cancel(wheel.set(50, () => {}, 0, true));
    manual.advance(20);
    expect(manual.pending()).toBe(0);
  });

  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('set' as const),
        delay: fc.oneof(
          fc.integer({ min: -5, max: 200 }),
          fc.integer({ min: 0, max: 300_000 }),
          fc.double({ min: 0, max: 2 ** 38, noNaN: true }),
        ),
        ref: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(1000) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('advance' as const),
        ms: fc.oneof(
          fc.integer({ min: 0, max: 300 }),
          fc.integer({ min: 0, max: 1_000_000 }),
          fc.double({ min: 0, max: 2 ** 37, noNaN: true }),
        ),
      }),
    },
  );

  property.prop([fc.array(step, { maxLength: 80 }), fc.boolean()], { numRuns: 400 })(
    'behaves as a plain list of deadlines does',
    (steps, exact) => {
      const manual = new ManualClock();
      const wheel = new TimingWheel(exact ? manual : dear(manual), { capacity: 4 });
      const slack = exact ? 1 : 22;
      const live = new Map<number, { handle: number; due: number; ref: boolean }>();
      let next = 0;
      const fired = (id: number): void => {
        const model = live.get(id);
        expect(model).toBeDefined();
        const lateBy = manual.monotonic() - model!.due;
        expect(lateBy).toBeGreaterThanOrEqual(0);
        expect(lateBy).toBeLessThanOrEqual(slack);
        live.delete(id);
      };
      for (const what of steps) {
        if (what.kind === 'set') {
          const id = next++;
          const due = manual.monotonic() + Math.max(0, what.delay);
          live.set(id, { handle: wheel.set(what.delay, fired, id, what.ref), due, ref: what.ref });
        } else if (what.kind === 'cancel') {
          const [id, model] = [...live][what.which % Math.max(1, live.size)] ?? [];
          if (id !== undefined) {
            expect(wheel.cancel(model!.handle)).toBe(true);
            expect(wheel.cancel(model!.handle)).toBe(false);
            live.delete(id);
          }
        } else manual.advance(what.ms);
        for (const { due } of live.values()) expect(due + slack).toBeGreaterThanOrEqual(manual.monotonic());
        expect(wheel.size).toBe(live.size);
        expect(manual.pending()).toBeLessThanOrEqual(1);
        const holds = [...live.values()].some((model) => model.ref);
        if (holds) expect(manual.pending('ref')).toBe(1);
      }
      manual.advance(2 ** 39);
      expect(live.size).toBe(0);
      expect(manual.pending()).toBe(0);
    },
  );
});
