import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CountPoint } from '../../src/leak/index.ts';
import { judgeCounter } from '../../src/leak/index.ts';
import { MB, randomNumbers } from './series.ts';

function points(count: number, level: (n: number) => number): readonly CountPoint[] {
  return Array.from({ length: count }, (_, n) => [n * 1_000, level(n)] as const);
}

describe('a counter that leaks', () => {
  test('is a suspect first and a leak when it has lasted', () => {
    const from = (count: number) =>
      judgeCounter(
        points(count, (n) => 20 + 2 * n),
        'count',
      )?.level;
    expect(from(8)).toBeUndefined();
    expect(from(16)).toBe('suspect');
    expect(from(60)).toBe('leak');
  });

  test('says its pace and from where to where it went', () => {
    const verdict = judgeCounter(
      points(60, (n) => 20 + 2 * n),
      'count',
    );
    expect(verdict).toMatchObject({ from: 20, to: 138, spanMs: 59_000 });
    expect(verdict?.perSecond.bytesPerSecond).toBeCloseTo(2);
  });

  test('also when the program lets go of all at its very end', () => {
    const closed = [...points(60, (n) => 20 + 2 * n), [60_500, 3] as const];
    expect(judgeCounter(closed, 'count')).toMatchObject({ level: 'leak', from: 20 });
    const long = [...points(60, (n) => 20 + 2 * n), ...Array.from({ length: 6 }, (_, n) => [60_000 + 1_000 * n, 3] as const)];
    expect(judgeCounter(long, 'count')).toBeNull();
  });

  test('whatever the scale of time', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 100, noNaN: true }), fc.integer({ min: 1, max: 50 }), (factor, pace) => {
        const slow = points(60, (n) => 30 + pace * n).map(([tMs, count]) => [tMs * factor, count] as const);
        expect(judgeCounter(slow, 'count')?.level).toBe('leak');
      }),
    );
  });

  test('outside of the heap must keep a megabyte', () => {
    expect(
      judgeCounter(
        points(60, (n) => 2 * MB + n * 10_000),
        'external',
      ),
    ).toBeNull();
    expect(
      judgeCounter(
        points(60, (n) => 2 * MB + n * 100_000),
        'external',
      )?.level,
    ).toBe('leak');
  });

  test('that V8 does not account for must keep twelve megabytes to be suspected, and thirty-two to be proven', () => {
    const native = (seconds: number, perSecond: number): string | undefined =>
      judgeCounter(
        points(seconds, (n) => 40 * MB + n * perSecond),
        'native',
      )?.level;
    expect(native(110, 100_000)).toBeUndefined();
    expect(native(190, 100_000)).toBe('suspect');
    expect(native(400, 100_000)).toBe('suspect');
    expect(native(600, 100_000)).toBe('leak');
    expect(native(20, MB)).toBeUndefined();
    expect(native(25, MB)).toBe('suspect');
    expect(native(38, MB)).toBe('suspect');
    expect(native(45, MB)).toBe('leak');
    expect(native(30, 2 * MB)).toBe('suspect');
    expect(native(38, 2 * MB)).toBe('leak');
  });
});

describe('no leak', () => {
  const random = randomNumbers(3);
  test.each([
    ['steady', (_n: number) => 40],
    ['up and down', (n: number) => 40 + (n % 10) * 6],
    ['one burst', (n: number) => (n < 30 ? 40 : 140)],
    ['a pool that filled', (n: number) => Math.min(90, 40 + 4 * n)],
    ['noise', (_n: number) => 40 + Math.round(random() * 20)],
    ['falling', (n: number) => 200 - n],
  ])('%s', (_name, level) => {
    expect(judgeCounter(points(60, level), 'count')).toBeNull();
  });

  test('nothing to judge', () => {
    expect(judgeCounter([], 'count')).toBeNull();
    expect(
      judgeCounter(
        [
          [0, Number.NaN],
          [20_000, Infinity],
        ],
        'count',
      ),
    ).toBeNull();
  });
});
