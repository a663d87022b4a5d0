import { describe, expect, test } from 'vitest';
import { chanceOfRise, median, slopeInterval, slopeOf } from '../../src/leak/statistics.ts';

describe('statistics', () => {
  test('the median of an even number of values lies between the middle two', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, Number.NaN]);
  });

  test('a third of wild points does not move the slope', () => {
    const points = Array.from({ length: 12 }, (_, i) => [i, i % 4 === 3 ? 1000 : 2 * i] as const);
    expect(slopeOf(points)).toBeCloseTo(2, 1);
    expect(slopeOf([[0, 1]])).toBe(0);
    expect(slopeInterval([])).toEqual({ slope: 0, low: 0, high: 0 });
  });

  test('bounds of a straight line are the line', () => {
    expect(slopeInterval(Array.from({ length: 12 }, (_, i) => [i, 3 * i] as const))).toEqual({ slope: 3, low: 3, high: 3 });
  });

  test('a rise without exception of five values happens by chance once in 120, of four once in 24', () => {
    expect(chanceOfRise([1, 2, 3, 4, 5])).toBeCloseTo(1 / 120, 12);
    expect(chanceOfRise([1, 2, 3, 4])).toBeCloseTo(1 / 24, 12);
    expect(chanceOfRise([5, 4, 3, 2, 1])).toBe(1);
    expect(chanceOfRise([1, 2])).toBe(1);
  });

  test('tables give p = 0.0091 for S = 36 of twelve values; beyond twelve the approximation continues them', () => {
    // One inversion more each time moves S by two.
    const twelve = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    expect(chanceOfRise(twelve)).toBeCloseTo(1 / 479_001_600, 14);
    const ofThirteen = chanceOfRise([4, 1, 6, 2, 3, 9, 5, 7, 12, 8, 10, 13, 11]);
    expect(ofThirteen).toBeGreaterThan(1e-5);
    expect(ofThirteen).toBeLessThan(1e-3);
  });

  test('ties count for neither side, and a flat series is no rise', () => {
    expect(chanceOfRise([5, 5, 5, 5, 5, 5])).toBe(1);
    expect(chanceOfRise([1, 1, 1, 1, 2, 2, 2, 2])).toBeLessThan(0.02);
  });
});
