import { expect, test } from 'vitest';
import type { ThreadData } from '../../src/watch/data/thread-data.ts';
import { groupProcesses } from '../../src/watch/assemble/process-group.ts';
import { nativeSeries } from '../../src/watch/hunt/native-series.ts';
import type { WireRecord } from '../../src/wire/index.ts';
import { megabyte, runData, sample, thread } from './made-up.ts';

/** Native memory in megabytes, second by second. */
function nativeOf(...threads: readonly ThreadData[]): readonly number[] {
  const [series] = groupProcesses(runData(threads)).map(nativeSeries);
  return (series ?? []).map(([, bytes]) => bytes / megabyte);
}

const steps = (levels: readonly number[]): number =>
  Math.max(...levels.slice(1).map((level, at) => Math.abs(level - (levels[at] ?? 0))));

/** A heap that reserves 16 MB more after 20 s, and comes to use them within the next ten. */
function reserving(tell: boolean): ThreadData {
  const records = Array.from({ length: 40 }, (_, second): readonly WireRecord[] => {
    const used = 10 + Math.min(16, Math.max(0, (second - 20) * 1.6));
    const reserved = second < 20 ? 10 : 26;
    const untouched: WireRecord = ['u', second * 1000, (reserved - used) * megabyte];
    const now = sample(second * 1000, { heap: (reserved - 1) * megabyte, rss: (60 + used + second) * megabyte });
    return tell ? [untouched, now] : [now];
  });
  return thread(records.flat());
}

test('a heap that was reserved and never written to is not resident: it hides no growth, and makes none', () => {
  const levels = nativeOf(reserving(true));
  expect(levels.at(-1)).toBeCloseTo((levels[0] ?? 0) + 39, 0);
  expect(steps(levels)).toBeCloseTo(1, 0);
  expect(steps(nativeOf(reserving(false)))).toBeGreaterThan(10);
});

test('what a busy thread held while it wrote nothing is taken to have changed steadily', () => {
  const main = thread(Array.from({ length: 40 }, (_, second) => sample(second * 1000, { rss: (80 + second) * megabyte })));
  const worker = thread(
    [sample(200, { heap: 4 * megabyte }), sample(22_000, { heap: 20 * megabyte }), sample(39_000, { heap: 20 * megabyte })],
    { tid: 1, thread: 'worker' },
  );
  const levels = nativeOf(main, worker);
  expect(levels).toHaveLength(40);
  expect(steps(levels.slice(1))).toBeLessThan(1.5);
});
