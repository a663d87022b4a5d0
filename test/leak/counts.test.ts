import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeCounts } from '../../src/leak/index.ts';
import { randomNumbers } from './series.ts';

type Counts = readonly (readonly [number, number])[];
const every = (seconds: number, count: number, value: (i: number) => number): Counts =>
  Array.from({ length: count }, (_, i) => [i * seconds * 1000, value(i)] as const);

describe('judgeCounts', () => {
  test.each<[string, Counts]>([
    ['one more each second', every(1, 60, (i) => i)],
    ['150 a minute', every(1, 60, (i) => 10 + 2.5 * i)],
    ['a few that come and go on top', every(1, 60, (i) => i + (i % 2))],
    ['seven points', every(10, 8, (i) => 5 * i)],
  ])('grows: %s', (_, counts) => {
    expect(judgeCounts(counts).grows).toBe(true);
  });

  test.each<[string, Counts]>([
    ['nothing', []],
    ['one', [[0, 5]]],
    ['steady', every(1, 60, () => 40)],
    ['opened and closed again in batches', every(1, 60, (i) => i % 20)],
    ['a pool that fills', every(1, 60, (i) => Math.min(20, i))],
    ['one burst', every(1, 60, (i) => (i < 40 ? 0 : 50))],
    ['fewer than eight', every(1, 60, (i) => Math.floor(i / 10))],
    ['less than a tenth', every(1, 60, (i) => 1000 + i)],
    ['all closed at the end', every(1, 60, (i) => (i < 55 ? i : 0))],
    ['too few points', every(10, 5, (i) => 20 * i)],
  ])('does not grow: %s', (_, counts) => {
    expect(judgeCounts(counts).grows).toBe(false);
  });

  test('a level holds until it changes: growth that ended long ago is not growth', () => {
    const counts = every(1, 30, (i) => i);
    expect(judgeCounts(counts).grows).toBe(true);
    expect(judgeCounts(counts, 90_000).grows).toBe(false);
  });

  test('how often it was recorded makes no difference', () => {
    const seldom = every(1, 60, (i) => 3 * i);
    const often = every(0.1, 591, (i) => 3 * Math.floor(i / 10));
    expect(judgeCounts(often)).toEqual(judgeCounts(seldom));
  });

  test('the growth per minute is that of the second half, after what was closed is taken off', () => {
    const counts = every(1, 121, (i) => (i <= 60 ? 10 * i : 600 - (i - 60)));
    expect(judgeCounts(counts)).toEqual({ grows: false, growthPerMinute: -60 });
    expect(judgeCounts(every(1, 61, (i) => 2 * i)).growthPerMinute).toBeCloseTo(120, 5);
  });

  test('no rate is said of less than 20 s', () => {
    expect(judgeCounts(every(1, 19, (i) => i)).growthPerMinute).toBeNull();
    expect(judgeCounts([]).growthPerMinute).toBeNull();
  });

  test('counts that wander are seldom called growing', () => {
    const flagged = Array.from({ length: 200 }, (_, seed) => {
      const random = randomNumbers(seed + 1);
      return judgeCounts(every(1, 120, () => 20 + Math.round(10 * random()))).grows;
    }).filter(Boolean);
    expect(flagged.length).toBe(0);
  });

  test('no series makes it throw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 80 }), (counts) => {
        expect(typeof judgeCounts(counts).grows).toBe('boolean');
      }),
    );
  });
});
