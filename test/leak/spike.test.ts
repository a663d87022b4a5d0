import { describe, expect, test } from 'vitest';
import type { Reading } from '../../src/leak/index.ts';
import { findSpike, judgeGrowth } from '../../src/leak/index.ts';
import { MB, clean, inputOf, leaking, pointsOf } from './series.ts';

const readings = (mb: readonly number[]): readonly Reading[] => mb.map((value, second) => [second * 1000, value * MB]);
const flat = (value: number, count: number): readonly number[] => Array.from({ length: count }, () => value);

describe('findSpike', () => {
  test('one step that stays', () => {
    expect(findSpike(readings([...flat(10, 20), ...flat(40, 10)]))).toEqual({
      atMs: 19_000,
      tookMs: 1000,
      fromBytes: 10 * MB,
      toBytes: 40 * MB,
      cameBack: false,
    });
  });

  test('one step that goes back', () => {
    expect(findSpike(readings([...flat(10, 20), 25, 40, 38, ...flat(11, 10)]))).toMatchObject({
      toBytes: 40 * MB,
      cameBack: true,
    });
  });

  test.each([
    ['start-up', [2, ...flat(60, 30)]],
    ['a ramp', Array.from({ length: 30 }, (_, i) => 10 + 2 * i)],
    ['batches', Array.from({ length: 40 }, (_, i) => 10 + 20 * (i % 4))],
    ['a step too small for its level', [...flat(100, 20), ...flat(130, 10)]],
    ['a step too small at all', [...flat(2, 20), ...flat(5, 10)]],
    ['too few readings', [1, 1, 100]],
    ['none', []],
  ])('no spike: %s', (_, mb) => {
    expect(findSpike(readings(mb))).toBeNull();
  });
});

describe('a spike as a verdict', () => {
  test('one step of what is live is named with its figures', () => {
    const verdict = judgeGrowth(inputOf(pointsOf(clean['one step'] ?? (() => 0), { scatter: 0 })));
    expect(verdict).toMatchObject({ level: 'spike', rate: null, reachedInMs: null });
    expect(verdict.why).toBe(
      'what full collections leave in use rose once, from 20 MB to 50 MB within 2 s, ' +
        'and did not go on rising in the 18 s after it: one step is not a leak',
    );
  });

  test('a step of resident memory counts where it came near the limit, and only there', () => {
    const rss = readings([...flat(100, 30), ...flat(450, 3), ...flat(120, 20)]);
    const judged = (mb: number) =>
      judgeGrowth(
        inputOf(
          pointsOf(() => 0),
          { rss, limits: [{ name: 'cgroup', bytes: mb * MB }] },
        ),
      );
    expect(judged(512)).toMatchObject({ level: 'spike' });
    expect(judged(512).why).toMatch(
      /^rss rose once, from 100 MB to 450 MB .* fell back later.*it came to 88 % of the container's limit of 512 MB$/,
    );
    expect(judged(2048).level).toBe('not-growing');
  });

  test('growth comes first', () => {
    const shape = leaking['linear'] ?? (() => 0);
    const rss = readings([...flat(100, 30), ...flat(450, 20)]);
    expect(judgeGrowth(inputOf(pointsOf(shape), { rss, limits: [{ name: 'cgroup', bytes: 512 * MB }] })).level).toBe('growing');
  });
});
