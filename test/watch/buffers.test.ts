import { expect, test } from 'vitest';
import { judgeCounter } from '../../src/leak/index.ts';
import { withBuffers } from '../../src/watch/hunt/buffer-findings.ts';
import { externalSeries, sharedSeries } from '../../src/watch/hunt/external-series.ts';
import { nativeSeries } from '../../src/watch/hunt/native-series.ts';
import type { Finding, WireRecord } from '../../src/wire/index.ts';
import { findingOf } from '../report/samples.ts';
import { groupProcesses } from '../../src/watch/assemble/process-group.ts';
import { megabyte, runData, sample, thread } from './made-up.ts';

/** A full collection that finds so much outside of the heap. */
function collection(tMs: number, external: number): WireRecord {
  return ['g', tMs, 'f', 5_000, 10 * megabyte, external];
}

/** What dies is let go of late: two of three figures are too high by up to 9 MB. */
function late(n: number): number {
  return n % 3 === 0 ? 0 : (1 + ((n * 7) % 9)) * megabyte;
}

test('buffers that are let go of late hide neither a leak nor that there is none', () => {
  const keeps = thread(Array.from({ length: 24 }, (_, n) => collection(n * 2_000, (2 + n * 0.8) * megabyte + late(n))));
  expect(judgeCounter(externalSeries(keeps), 'external')).toMatchObject({ level: 'leak' });
  const clean = thread(Array.from({ length: 24 }, (_, n) => collection(n * 2_000, 2 * megabyte + late(n))));
  expect(judgeCounter(externalSeries(clean), 'external')).toBeNull();
});

test('between collections garbage piles up: without them nothing is said', () => {
  expect(externalSeries(thread([]))).toEqual([]);
  const saw = thread(Array.from({ length: 6 }, (_, n) => collection(n * 20_000, 2 * megabyte)));
  expect(externalSeries(saw).every(([, bytes]) => bytes === 2 * megabyte)).toBe(true);
});

/** Each second so much in shared buffers, beside 2 to 6 MB of others; a collection every two. */
function sharing(shared: (n: number) => number): readonly WireRecord[] {
  return Array.from({ length: 48 }, (_, n): readonly WireRecord[] => {
    const others = (2 + (n % 5)) * megabyte;
    const buffers = { external: others, arrayBuffers: others + shared(n), rss: 60 * megabyte + shared(n) };
    return [...(n % 2 === 0 ? [collection(n * 1_000, others)] : []), sample(n * 1_000 + 100, buffers)];
  }).flat();
}

test('shared array buffers, of which V8 knows nothing, are judged by what Node counts, and are not native memory', () => {
  const keeps = thread(sharing((n) => n * 0.5 * megabyte));
  expect(judgeCounter(sharedSeries(keeps), 'external')).toMatchObject({ level: 'leak' });
  const [kept] = groupProcesses(runData([keeps])).map(nativeSeries);
  expect(judgeCounter(kept ?? [], 'native')).toBeNull();
  expect(Math.max(...(kept ?? []).map(([, bytes]) => bytes)) - Math.min(...(kept ?? []).map(([, bytes]) => bytes))).toBeLessThan(
    5 * megabyte,
  );
});

test('shared array buffers that are let go of by some collections are no leak', () => {
  const clean = thread(sharing((n) => (n % 6) * 4 * megabyte));
  expect(judgeCounter(sharedSeries(clean), 'external')).toBeNull();
  expect(sharedSeries(thread([collection(0, megabyte)]))).toEqual([]);
});

function external(level: 'leak' | 'suspect', bytesPerSecond: number): Finding {
  const rate = { bytesPerSecond, low: 0, high: bytesPerSecond, perRequestBytes: null };
  const changes = { rule: 'counter-external', site: null, rate, openedMs: 9_000, leakMs: level === 'leak' ? 20_000 : null };
  return { ...findingOf(level, 'buffers outside the heap', changes), closed: null };
}

function place(level: 'leak' | 'suspect', bytesPerSecond: number, objectType = 'Buffer'): Finding {
  const rate = { bytesPerSecond, low: 0, high: bytesPerSecond, perRequestBytes: null };
  const leakMs = level === 'leak' ? 40_000 : null;
  return {
    ...findingOf(level, 'buffers made here survive', { rule: 'buffer-survivors', rate, openedMs: 18_000, leakMs, objectType }),
    closed: null,
  };
}

const told = (findings: readonly Finding[]): readonly (readonly [string, string, number | null])[] =>
  findings.map(({ rule, level, leakMs }) => [rule, level, leakMs]);

test('a place that makes up most of what is proven to grow is proven with it', () => {
  expect(told(withBuffers([place('suspect', 300)], [external('leak', 400)]))).toEqual([['buffer-survivors', 'leak', 20_000]]);
});

test('shared array buffers are part of a sum of their own', () => {
  const shared: Finding = { ...external('leak', 400), rule: 'counter-shared' };
  expect(told(withBuffers([place('leak', 300, 'SharedArrayBuffer')], [shared]))).toEqual([['buffer-survivors', 'leak', 20_000]]);
  const both = [place('suspect', 300, 'WebAssembly.Memory')];
  expect(told(withBuffers(both, [shared, external('suspect', 400)]))).toEqual([
    ['buffer-survivors', 'suspect', null],
    ['counter-shared', 'leak', 20_000],
  ]);
});

test('a place that makes up little of it stands beside it, and one that is proven makes it needless', () => {
  expect(told(withBuffers([place('suspect', 100)], [external('leak', 400)]))).toEqual([
    ['buffer-survivors', 'suspect', null],
    ['counter-external', 'leak', 20_000],
  ]);
  expect(told(withBuffers([place('leak', 100)], [external('leak', 400)]))).toEqual([['buffer-survivors', 'leak', 40_000]]);
  expect(told(withBuffers([place('suspect', 100)], [external('suspect', 400)]))).toEqual([['buffer-survivors', 'suspect', null]]);
  expect(told(withBuffers([], [external('leak', 400)]))).toEqual([['counter-external', 'leak', 20_000]]);
});
