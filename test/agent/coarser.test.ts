import { describe, expect, test } from 'vitest';
import { SamplePace, coarser } from '../../src/agent/hunt/coarser.ts';

const kibibyte = 1024;

function paceOf(...clocks: readonly number[]): number {
  const pace = new SamplePace(0);
  for (const [at, clock] of clocks.entries()) pace.add((at + 1) * 2_000, clock);
  return pace.perSecond;
}

describe('the interval between samples', () => {
  test('stays where few samples come', () => {
    expect(coarser(0, 32 * kibibyte, 128 * kibibyte)).toBeNull();
    expect(coarser(2_000, 32 * kibibyte, 128 * kibibyte)).toBeNull();
  });

  test('grows where many come, in large steps, up to the longest', () => {
    expect(coarser(2_500, 32 * kibibyte, 128 * kibibyte)?.intervalBytes).toBe(64 * kibibyte);
    expect(coarser(9_000, 32 * kibibyte, 128 * kibibyte)?.intervalBytes).toBe(128 * kibibyte);
    expect(coarser(9_000, 64 * kibibyte, 128 * kibibyte)?.intervalBytes).toBe(128 * kibibyte);
    expect(coarser(50_000, 128 * kibibyte, 128 * kibibyte)).toBeNull();
    expect(coarser(9_000, 32 * kibibyte, 128 * kibibyte)?.why).toBe(
      'goes on with one sample per 128 KiB: 9000 samples a second cost too much',
    );
  });

  test('that was asked for stays', () => {
    expect(coarser(50_000, 16 * kibibyte, 16 * kibibyte)).toBeNull();
  });
});

describe('the pace of samples', () => {
  test('is not known before two polls', () => {
    expect(paceOf()).toBe(0);
    expect(paceOf(20_000)).toBe(0);
  });

  test('is the slower one of the latest two times: one burst does not count', () => {
    expect(paceOf(20_000, 40_000)).toBe(10_000);
    expect(paceOf(1_000, 21_000)).toBe(500);
    expect(paceOf(1_000, 21_000, 22_000)).toBe(500);
    expect(paceOf(1_000, 21_000, 31_000)).toBe(5_000);
  });
});
