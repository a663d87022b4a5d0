import { describe, expect, test } from 'vitest';
import { chanceOfRise, median, slopeInterval, slopeOf } from '../../src/leak/statistics.ts';
import { sayBytes, sayDuration, sayRange, sayRate } from '../../src/leak/words.ts';
import { MB } from './series.ts';

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

describe('words', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KB'],
    [2.4 * MB, '2.4 MB'],
    [9.96 * MB, '10 MB'],
    [512 * MB, '512 MB'],
    [1.5 * 1024 * MB, '1.5 GB'],
  ])('%d bytes are %s', (bytes, text) => expect(sayBytes(bytes)).toBe(text));

  test('a range has its unit once where both share it', () => {
    expect([sayRange(5.4 * MB, 6.1 * MB), sayRange(900 * 1024, 2 * MB)]).toEqual(['5.4 to 6.1 MB', '900 KB to 2 MB']);
  });

  test('rates are per minute, per second when high and per hour when low', () => {
    const rate = (bytesPerSecond: number) => sayRate({ bytesPerSecond, low: bytesPerSecond * 0.9, high: bytesPerSecond * 1.1 });
    expect([rate(40 * 1024), rate(20 * MB), rate(100)]).toEqual([
      '2.3 MB/min (2.1–2.6)',
      '20 MB/s (18–22)',
      '352 KB/h (316–387)',
    ]);
  });

  test.each([
    [400, '0.4 s'],
    [36_000, '36 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [4_800_000, '1 h 20 min'],
    [7_200_000, '2 h'],
    [86_400_000, '24 h'],
    [3 * 86_400_000, '3 days'],
  ])('%d ms are %s', (ms, text) => expect(sayDuration(ms)).toBe(text));
});
