import { describe, expect, test } from 'vitest';
import { judgeGrowth, judgeLimits } from '../../src/leak/index.ts';
import type { CollectedPoint } from '../../src/leak/index.ts';
import { MB, inputOf, pointsOf } from './series.ts';

const growing = (extra: Partial<CollectedPoint> = {}): readonly CollectedPoint[] =>
  pointsOf((t) => 38 * t, { scatter: 0 }).map((point) => ({ ...point, ...extra })); // 1 MB/s, 58 MB at the end

describe('when the limit is reached', () => {
  test('the heap limit is reached when what is live comes to it', () => {
    const verdict = judgeGrowth(inputOf(growing(), { limits: [{ name: 'heap', bytes: 118 * MB }] }));
    expect(verdict).toMatchObject({ level: 'growing', limit: 'heap' });
    expect(verdict.reachedInMs).toBeCloseTo(60_000, -2);
    expect(verdict.why).toContain('; reaches the heap limit of 118 MB in about 1 min.');
  });

  test("the container's is reached by resident memory, and the earlier of the two is named", () => {
    const rss = [
      [0, 100 * MB],
      [40_000, 470 * MB],
    ] as const;
    const limits = [
      { name: 'heap', bytes: 256 * MB },
      { name: 'cgroup', bytes: 500 * MB },
      { name: 'host', bytes: 16_000 * MB },
    ];
    const verdict = judgeGrowth(inputOf(growing(), { limits, rss }));
    expect(verdict.limit).toBe('cgroup');
    expect(verdict.reachedInMs).toBeCloseTo(30_000, -2);
    expect(verdict.why).toContain("reaches the container's limit of 500 MB in about 30 s");
  });

  test('what grows outside the heap does not come nearer to the heap limit', () => {
    const limits = [
      { name: 'heap', bytes: 256 * MB },
      { name: 'cgroup', bytes: 512 * MB },
    ];
    expect(judgeGrowth(inputOf(growing({ heapBytes: 20 * MB }), { limits }))).toMatchObject({
      level: 'growing',
      limit: 'cgroup',
    });
  });

  test('a limit that is passed already is reached now', () => {
    const rss = [[0, 600 * MB]] as const;
    expect(judgeGrowth(inputOf(growing(), { limits: [{ name: 'cgroup', bytes: 500 * MB }], rss })).reachedInMs).toBe(0);
  });

  test('none within 30 days, or none at all, is said by null', () => {
    for (const limits of [[], [{ name: 'host', bytes: 1e15 }]]) {
      expect(judgeGrowth(inputOf(growing(), { limits }))).toMatchObject({ level: 'growing', limit: null, reachedInMs: null });
    }
  });
});

describe('judgeLimits', () => {
  const heap = (mb: number) => ({ name: 'heap', bytes: mb * MB });
  const container = { name: 'cgroup', bytes: 512 * MB };

  test("a heap limit above the container's is a finding", () => {
    expect(judgeLimits({ limits: [container, heap(2048)], peakRssBytes: 300 * MB })).toEqual({
      level: 'limit',
      why: "the heap limit of 2 GB is above the container's limit of 512 MB: the program is killed before the collector works hard; rss came to 300 MB",
      heapLimitBytes: 2048 * MB,
      limit: container,
    });
  });

  test.each([
    ['below', [container, heap(400)]],
    ['equal', [container, heap(512)]],
    ['no container', [heap(2048), { name: 'host', bytes: 1024 * MB }]],
    ['no heap limit', [container]],
    ['nothing', []],
  ])('nothing is found: %s', (_, limits) => {
    expect(judgeLimits({ limits })).toBeNull();
  });

  test('a configured limit counts as well, the tighter one is named', () => {
    const configured = { name: 'configured', bytes: 200 * MB };
    expect(judgeLimits({ limits: [heap(400), container, configured] })).toMatchObject({ limit: configured });
  });
});
