import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeGrowth } from '../../src/leak/index.ts';
import { MB, clean, inputOf, leaking, pointsOf } from './series.ts';

const seeds = [1, 2, 3, 4, 5] as const;

describe('judgeGrowth', () => {
  describe.each(Object.entries(clean))('a clean program: %s', (_, shape) => {
    test.each(seeds)('is not growing (seed %i)', (seed) => {
      expect(judgeGrowth(inputOf(pointsOf(shape, { seed }))).level).not.toBe('growing');
    });
  });

  describe.each(Object.entries(leaking))('a leaking program: %s', (_, shape) => {
    test.each(seeds)('is growing (seed %i)', (seed) => {
      expect(judgeGrowth(inputOf(pointsOf(shape, { seed })))).toMatchObject({ level: 'growing', wouldBeEnough: null });
    });
  });

  test('six points over 30 s are enough for a plain leak', () => {
    const points = pointsOf((t) => 20 * t, { count: 6, everyMs: 6000 });
    expect(judgeGrowth(inputOf(points))).toMatchObject({ level: 'growing', evidence: { collections: 6, points: 5 } });
  });

  test('the rate is that of the growth, with bounds around it', () => {
    const { rate } = judgeGrowth(inputOf(pointsOf((t) => 38 * t, { scatter: 0.002 })));
    expect(rate?.bytesPerSecond).toBeGreaterThan(0.97 * MB);
    expect(rate?.bytesPerSecond).toBeLessThan(1.03 * MB);
    expect(rate?.low).toBeGreaterThan(0.9 * MB);
    expect(rate?.low).toBeLessThanOrEqual(rate?.bytesPerSecond ?? 0);
    expect(rate?.high).toBeGreaterThanOrEqual(rate?.bytesPerSecond ?? Infinity);
  });

  test('the sentence has the rate, the levels, the collections and what looks the same', () => {
    expect(judgeGrowth(inputOf(pointsOf((t) => 38 * t, { scatter: 0 }))).why).toBe(
      'what full collections leave in use rises by 60 MB/min (60–60) and has not slowed down: 30 to 56 MB after start-up, ' +
        '20 full collections over 38 s. A cache that is still filling looks the same',
    );
  });

  test('collections at uneven distances do not bend a straight line', () => {
    const points = [1, 2, 3, 5, 8, 12, 17, 23, 30, 38, 47, 57, 68, 80].map((second) => ({
      tMs: second * 1000,
      liveBytes: 20 * MB + second * 100_000,
      how: 'forced' as const,
    }));
    expect(judgeGrowth(inputOf(points)).rate?.bytesPerSecond).toBeCloseTo(100_000, 3);
  });

  test('what natural collections leave over does not count where there are enough forced ones', () => {
    const forced = pointsOf(() => 0, { count: 10, everyMs: 4000 });
    const natural = pointsOf((t) => 5 + 20 * t, { count: 10, everyMs: 4500, how: 'natural' });
    expect(judgeGrowth(inputOf([...natural, ...forced]))).toMatchObject({
      level: 'not-growing',
      evidence: { collections: 20, points: 10 },
    });
    expect(judgeGrowth(inputOf(natural)).level).toBe('growing');
  });

  test('the order of the points does not matter, and neither do points that are no numbers', () => {
    const points = pointsOf((t) => 20 * t);
    const broken = [
      { tMs: Number.NaN, liveBytes: 1, how: 'forced' as const },
      { tMs: 5, liveBytes: Infinity, how: 'forced' as const },
    ];
    expect(judgeGrowth(inputOf([...points.toReversed(), ...broken], { durationMs: 41_000 }))).toEqual(
      judgeGrowth(inputOf(points, { durationMs: 41_000 })),
    );
  });

  test('the input is left as it was', () => {
    const points = Object.freeze(
      pointsOf((t) => 20 * t)
        .toReversed()
        .map((point) => Object.freeze(point)),
    );
    const input = Object.freeze(
      inputOf(points, { durationMs: 40_000, limits: Object.freeze([{ name: 'heap', bytes: 100 * MB }]) }),
    );
    expect(judgeGrowth(input)).toEqual(judgeGrowth(input));
  });

  test('no series whatever makes it throw or say something without its figures', () => {
    const point = fc.record({
      tMs: fc.oneof(fc.integer({ min: -10, max: 200_000 }), fc.double()),
      liveBytes: fc.oneof(fc.integer({ min: 0, max: 1e9 }), fc.double()),
      how: fc.constantFrom('forced' as const, 'natural' as const),
    });
    const reading = fc.tuple(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: 1e9 }));
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), fc.array(reading, { maxLength: 60 }), (points, rss) => {
        const verdict = judgeGrowth({
          points,
          durationMs: 60_000,
          limits: [
            { name: 'heap', bytes: 1e9 },
            { name: 'cgroup', bytes: 5e8 },
          ],
          rss,
        });
        expect(verdict.why).not.toMatch(/NaN|undefined|Infinity/);
        expect(verdict.rate !== null).toBe(verdict.level === 'growing');
        expect(verdict.wouldBeEnough !== null).toBe(verdict.level === 'too-short');
        if (verdict.rate !== null) expect(verdict.rate.low).toBeLessThanOrEqual(verdict.rate.high);
      }),
      { numRuns: 300 },
    );
  });
});

describe('too short to tell', () => {
  test.each([
    [[], 8000, 'watched for 8 s, 0 full collections', /^about 30 s more under load/],
    [pointsOf((t) => 20 * t, { count: 1, everyMs: 5000 }), 8000, 'watched for 8 s, 1 full collection', /^about 30 s more/],
    [
      pointsOf((t) => 20 * t, { count: 9, everyMs: 2000 }),
      19_000,
      'watched for 19 s, 9 full collections within 16 s',
      /^about 14 s more/,
    ],
    [
      pointsOf((t) => 20 * t, { count: 4, everyMs: 20_000 }),
      81_000,
      'watched for 1m21s, 4 full collections within 1m',
      /^about 40 s more/,
    ],
  ])('%#: says what was seen and how much more would do', (points, durationMs, why, enough) => {
    const verdict = judgeGrowth({ points, durationMs, limits: [] });
    expect(verdict).toMatchObject({ level: 'too-short', why, rate: null });
    expect(verdict.wouldBeEnough).toMatch(enough);
  });

  test('five points are too few however long, 29 s are too short however many', () => {
    expect(judgeGrowth(inputOf(pointsOf((t) => 50 * t, { count: 5, everyMs: 60_000 }))).level).toBe('too-short');
    expect(judgeGrowth(inputOf(pointsOf((t) => 50 * t, { count: 59, everyMs: 500 }))).level).toBe('too-short');
  });
});

describe('not growing', () => {
  test('says between which sizes it stayed', () => {
    expect(judgeGrowth(inputOf(pointsOf((_, n) => (n % 5) * 2, { scatter: 0 })))).toMatchObject({
      level: 'not-growing',
      why: 'what full collections leave in use stayed between 20 and 28 MB, without a steady rise (20 full collections over 38 s)',
    });
  });

  test('says that a rise has ended', () => {
    expect(judgeGrowth(inputOf(pointsOf((t) => 12 * Math.min(1, t / 0.5), { scatter: 0 }))).why).toBe(
      'what full collections leave in use rose by 12 MB and then stopped: level for the last 10 s (20 full collections over 38 s)',
    );
  });

  test('says that resident memory rose outside the heap, and that it was not judged', () => {
    const rss = Array.from({ length: 40 }, (_, second) => [second * 1000, (100 + 10 * second) * MB] as const);
    const { level, why } = judgeGrowth(
      inputOf(
        pointsOf(() => 0),
        { rss },
      ),
    );
    expect(level).toBe('not-growing');
    expect(why).toMatch(/; rss rose by \d+ MB meanwhile, outside the heap: .* not judged$/);
  });
});
