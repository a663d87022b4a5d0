import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ManualClock } from '../../src/kernel/clock/index.ts';
import { readMemory } from '../../src/memory/index.ts';
import type { MemoryReading } from '../../src/memory/index.ts';
import {
  MemoryProfiler,
  getMemoryProfiler,
  measureMemory,
  profileMemory,
  profiled,
  trackMemoryUsage,
} from '../../src/profile/index.ts';
import type { MemoryReport } from '../../src/profile/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'watertight-profile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const megabyte = 1024 ** 2;

/** A probe whose heap rises by so much each time. */
function rising(step: number, more: Partial<MemoryReading> = {}): () => MemoryReading {
  let heapUsedBytes = 20 * megabyte;
  const base = readMemory();
  return () => ({ ...base, ...more, heapUsedBytes: (heapUsedBytes += step) });
}

describe('MemoryProfiler', () => {
  test('takes a snapshot at once, at each interval, and at the end', () => {
    const clock = new ManualClock();
    const profiler = new MemoryProfiler({ clock });
    profiler.start().start();
    clock.advance(30_000);
    profiler.stop();
    profiler.stop();
    expect(profiler.snapshots.map(({ sinceStartMs }) => sinceStartMs)).toEqual([0, 10_000, 20_000, 30_000, 30_000]);
    expect(profiler.snapshots.every(({ allocatedBytes }) => (allocatedBytes ?? -1) >= 0)).toBe(true);
    expect(clock.pending()).toBe(0);
    expect(profiler.isProfiling).toBe(false);
  });

  test('can be started again, with one timer', () => {
    const clock = new ManualClock();
    const profiler = new MemoryProfiler({ clock });
    profiler.start();
    profiler.stop();
    profiler.start();
    // Its own, and that of the meter.
    expect(clock.pending()).toBe(2);
    profiler[Symbol.dispose]();
    expect(clock.pending()).toBe(0);
  });

  test('keeps at most maxSnapshots, 1 000 by default', () => {
    const few = new MemoryProfiler({ maxSnapshots: 3 });
    for (let n = 0; n < 5; n++) few.takeSnapshot({ label: `n${n}` });
    expect(few.snapshots.map(({ label }) => label)).toEqual(['n2', 'n3', 'n4']);
    const base = readMemory();
    const many = new MemoryProfiler({ probe: () => base });
    for (let n = 0; n < 1_005; n++) many.takeSnapshot();
    expect(many.snapshots).toHaveLength(1_000);
  });

  test('counts the objects of the heap by constructor when asked to', async () => {
    class Parcel {
      readonly weight: number;
      constructor(weight: number) {
        this.weight = weight;
      }
    }
    const parcels = Array.from({ length: 321 }, (_, n) => new Parcel(n));
    const profiler = new MemoryProfiler();
    const { objects, label } = await profiler.takeSnapshot({ objects: true, label: 'full', maxHeapBytes: 200 * megabyte });
    expect(label).toBe('full');
    expect(objects.find(({ name }) => name === 'Parcel')?.count).toBe(parcels.length);
    await expect(profiler.takeSnapshot({ objects: true, maxHeapBytes: 1 })).rejects.toMatchObject({ code: 'WT_NOT_AVAILABLE' });
    expect(profiler.snapshots).toHaveLength(2);
    expect('objects' in (profiler.snapshots[0] ?? {})).toBe(false);
  });

  test('keeps at most maxReports of sections, and sums of all', () => {
    const profiler = new MemoryProfiler({ maxReports: 2 });
    for (let n = 0; n < 5; n++) profiler.track(n < 3 ? 'early' : 'late').end();
    expect(profiler.sections.map(({ name }) => name)).toEqual(['late', 'late']);
    const counts = Object.fromEntries(profiler.sectionSummaries.map(({ name, count }) => [name, count]));
    expect(counts).toEqual({ early: 3, late: 2 });
    profiler.clear();
    expect([profiler.sections, profiler.sectionSummaries, profiler.snapshots]).toEqual([[], [], []]);
  });

  test('a probe that fails is told and does not stop it', () => {
    const clock = new ManualClock();
    const errors: string[] = [];
    const quiet = (): void => undefined;
    const logger = { debug: quiet, info: quiet, warn: quiet, error: (_: object, text: string) => void errors.push(text) };
    const probe = (): never => {
      throw new Error('probe');
    };
    const profiler = new MemoryProfiler({ clock, logger, probe }).start();
    clock.advance(10_000);
    profiler.stop();
    expect(errors).toHaveLength(3);
    expect(() => profiler.takeSnapshot()).toThrow('probe');
  });

  test('tells efficiency over time, and its trend', () => {
    const clock = new ManualClock();
    const profiler = new MemoryProfiler({ clock }).start();
    for (let n = 0; n < 8; n++) {
      Array.from({ length: 50_000 }, (_, i) => ({ i }));
      clock.advance(10_000);
    }
    profiler.stop();
    const { periods, trend } = profiler.efficiency();
    expect(periods).toHaveLength(8);
    for (const period of periods) {
      expect(period.heapShare).toBeGreaterThan(0);
      expect(period.heapShare).toBeLessThanOrEqual(1);
      expect(period.allocatedBytesPerSecond).toBeGreaterThan(50_000);
      expect(period.keptShare).toBeGreaterThanOrEqual(0);
    }
    expect(trend).not.toBeNull();
    expect(new MemoryProfiler().efficiency()).toEqual({ periods: [], trend: null });
  });

  test('writes its report as one JSON file that only its owner reads', async () => {
    const profiler = new MemoryProfiler();
    profiler.takeSnapshot();
    profiler.track('import').end();
    const file = join(folder, 'memory_report.json');
    const leakDetection = { leakCount: 0, detectedLeaks: [] };
    const report = await profiler.generateMemoryReport(file, { leakDetection });
    const read = JSON.parse(readFileSync(file, 'utf8')) as MemoryReport;
    expect(read).toEqual(JSON.parse(JSON.stringify(report)));
    expect(read).toMatchObject({ schema: 'watertight-memory-report/1', leakDetection, profilingSummary: { totalSnapshots: 1 } });
    expect(read.sections.map(({ name }) => name)).toEqual(['import']);
    const { rssBytes } = read.profilingSummary.memoryStats ?? {};
    expect(rssBytes).toMatchObject({ min: rssBytes?.current, max: rssBytes?.current, avg: rssBytes?.current });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(profiler.generateMemoryReport(join(folder, 'no', 'such.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(folder)).toEqual(['memory_report.json']);
  });

  test('each suggestion has its evidence, the most urgent first', () => {
    const clock = new ManualClock();
    const host = { totalBytes: 100 * megabyte, availableBytes: 0 };
    const probe = rising(20 * megabyte, { rssBytes: 90 * megabyte, host, externalBytes: 0, heapTotalBytes: 20 * megabyte });
    const profiler = new MemoryProfiler({ clock, probe }).start();
    clock.advance(100_000);
    profiler.stop();
    const found = profiler.report().memoryOptimizations;
    expect(found.map(({ rule }) => rule)).toEqual(['growth', 'machine']);
    expect(found[0]?.evidence).toMatch(/the lowest of the second 6 snapshots is 120 MB above that of the first/);
    expect(found[1]?.evidence).toBe('rss 90 MB, 90 % of 100 MB');
    expect(new MemoryProfiler({ clock, probe: rising(0) }).report().memoryOptimizations).toEqual([]);
  });
});

describe('functions', () => {
  test('profileMemory keeps arguments, this, result, name and length', () => {
    const profiler = new MemoryProfiler();
    const measured = profileMemory(
      function add(this: { readonly base: number }, a: number, b: number) {
        return this.base + a + b;
      },
      { profiler },
    );
    expect(measured.call({ base: 100 }, 1, 2)).toBe(103);
    expect([measured.name, measured.length]).toEqual(['add', 2]);
    expect(profiler.sections).toMatchObject([{ name: 'add', outcome: 'ok' }]);
  });

  test('an async function is measured until its promise settles, and its error passes', async () => {
    const clock = new ManualClock();
    const profiler = new MemoryProfiler({ clock });
    const fault = new Error('late');
    let fail: (error: Error) => void = () => undefined;
    const measured = profileMemory(() => new Promise<never>((_, reject) => (fail = reject)), { profiler, name: 'query' });
    const call = measured();
    clock.advance(250);
    fail(fault);
    await expect(call).rejects.toBe(fault);
    expect(profiler.sections).toMatchObject([{ name: 'query', outcome: 'failed', durationMs: 250 }]);
  });

  test('an error that is thrown at once passes as well', () => {
    const profiler = new MemoryProfiler();
    const fault = new Error('now');
    const measured = profileMemory(
      () => {
        throw fault;
      },
      { profiler },
    );
    expect(measured).toThrow(fault);
    expect(profiler.sections).toMatchObject([{ name: '(anonymous)', outcome: 'failed' }]);
  });

  test('measure gives the value and what it used, now or as a promise', async () => {
    const profiler = new MemoryProfiler();
    const { value, memory } = profiler.measure('sum', (section) => section.track('part').end().name);
    expect([value, memory.name, memory.own === null]).toEqual(['part', 'sum', false]);
    const later = await profiler.measure('later', async () => Promise.resolve(7));
    expect(later).toMatchObject({ value: 7, memory: { name: 'later', outcome: 'ok' } });
  });

  test('@profiled names the class and the method', async () => {
    const profiler = new MemoryProfiler();
    class Importer {
      readonly rows: number = 4;
    }
    async function readRows(this: Importer, rows: number): Promise<number> {
      return Promise.resolve(rows * 2);
    }
    const parseText = (): string => 'parsed';
    const context = { kind: 'method', name: 'read' };
    const read = profiled({ profiler })(readRows, context);
    expect(await read.call(new Importer(), 4)).toBe(8);
    const parse = profiled({ profiler })(parseText, { kind: 'method', name: 'parse', static: true });
    expect(parse.call(Importer)).toBe('parsed');
    expect(profiler.sections.map(({ name }) => name)).toEqual(['Importer.read', 'Importer.parse']);
    expect(() => profiled()(parseText, { kind: 'getter', name: 'x' })).toThrow(/only methods/);
    expect(() => profiled(parseText, undefined as never)).toThrow(/`profileMemory`/);
  });
});

test('the profiler of the thread takes options on its first call only', () => {
  const profiler = getMemoryProfiler({ maxReports: 10 });
  expect(getMemoryProfiler()).toBe(profiler);
  expect(() => getMemoryProfiler({ maxReports: 5 })).toThrow(/only on the first call/);
  {
    using section = trackMemoryUsage('import');
    expect(section.report).toBeNull();
  }
  expect(measureMemory('one', () => 1).value).toBe(1);
  expect(profiler.sections.map(({ name }) => name)).toEqual(['import', 'one']);
});
