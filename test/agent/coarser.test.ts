import { describe, expect, test } from 'vitest';
import { SamplePace, coarser } from '../../src/agent/hunt/coarser.ts';

const kibibyte = 1024;

function paceOf(...clocks: readonly number[]): number {
  const pace = new SamplePace(0);
  for (const [at, clock] of clocks.entries()) pace.add((at + 1) * 2_000, clock, 0);
  return pace.perSecond;
}

function next(
  seen: { readonly polls?: number; readonly perSecond?: number; readonly living?: number; readonly grown?: number },
  kib = 8,
): number | null {
  const found = coarser({ polls: 3, perSecond: 0, living: 0, grown: 0, ...seen }, kib * kibibyte, 128 * kibibyte);
  return found === null ? null : found.intervalBytes / kibibyte;
}

describe('the interval between samples', () => {
  test('stays where few samples come', () => {
    expect(next({})).toBeNull();
    expect(next({ perSecond: 2_000, living: 20_000 })).toBeNull();
  });

  test('grows where many come, as far as it takes, up to the longest', () => {
    expect(next({ perSecond: 2_500 })).toBe(16);
    expect(next({ perSecond: 9_000 })).toBe(64);
    expect(next({ perSecond: 90_000 })).toBe(128);
    expect(next({ perSecond: 9_000 }, 64)).toBe(128);
    expect(next({ perSecond: 50_000 }, 128)).toBeNull();
  });

  test('grows where many live: of few in the first polls, when little is given up', () => {
    expect(next({ polls: 1, living: 6_500 })).toBe(32);
    expect(next({ polls: 2, living: 30_000 })).toBe(128);
    expect(next({ polls: 3, living: 6_500 })).toBeNull();
    expect(next({ polls: 40, living: 21_000 })).toBe(32);
    expect(next({ polls: 40, living: 90_000 }, 128)).toBeNull();
  });

  test('grows early where a leak would make many live before it is proven', () => {
    expect(next({ polls: 2, living: 1_600, grown: 1_500 })).toBeNull();
    expect(next({ polls: 2, living: 3_500, grown: 1_750 })).toBe(32);
    expect(next({ polls: 3, living: 5_250, grown: 1_750 })).toBeNull();
  });

  test('says why', () => {
    const why = (perSecond: number, living: number) => coarser({ polls: 3, perSecond, living, grown: 0 }, 8_192, 131_072)?.why;
    expect(why(9_000, 0)).toBe('goes on with one sample per 64 KiB: 9000 samples a second cost too much');
    expect(why(100, 25_000)).toBe('goes on with one sample per 32 KiB: 25000 samples that live make each poll too long');
  });

  test('that was asked for stays', () => {
    expect(coarser({ polls: 3, perSecond: 50_000, living: 50_000, grown: 0 }, 16 * kibibyte, 16 * kibibyte)).toBeNull();
  });
});

describe('the pace of samples', () => {
  test('is a quarter of the first, when the program starts', () => {
    expect(paceOf()).toBe(0);
    expect(paceOf(40_000)).toBe(5_000);
  });

  test('is that between two polls, then the slower one of the latest two: one burst does not count', () => {
    expect(paceOf(20_000, 40_000)).toBe(10_000);
    expect(paceOf(1_000, 21_000)).toBe(10_000);
    expect(paceOf(1_000, 21_000, 22_000)).toBe(500);
    expect(paceOf(1_000, 21_000, 31_000)).toBe(5_000);
  });
});
