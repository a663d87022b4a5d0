import { fc, test as property } from '@fast-check/vitest';
import { afterEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../src/kernel/clock/index.ts';
import { MemoryProfiler } from '../../src/profile/index.ts';
import type { MemorySection } from '../../src/profile/index.ts';

const megabyte = 1024 ** 2;
let held: unknown[] = [];
afterEach(() => {
  held = [];
});

/** Small objects of about this size together. */
function objects(bytes: number): object[] {
  return Array.from({ length: bytes / 64 }, (_, n) => ({ n, a: n + 0.5, b: n + 0.25 }));
}

describe('one section', () => {
  test('reports change and true peak without snapshots', () => {
    const profiler = new MemoryProfiler();
    using section = profiler.track('import');
    held = objects(64 * megabyte);
    held = [];
    // New work makes V8 fetch what was dropped.
    for (let n = 0; n < 20; n++) objects(4 * megabyte);
    const { peak, start, change, allocatedBytes, collections } = section.end();
    expect(peak.heapUsedBytes - start.heapUsedBytes).toBeGreaterThan(40 * megabyte);
    expect(peak.heapUsedBytes).toBeGreaterThanOrEqual(start.heapUsedBytes + change.heapUsedBytes);
    expect(allocatedBytes).toBeGreaterThan(100 * megabyte);
    expect(collections.minor + collections.full).toBeGreaterThan(0);
    expect(collections.totalMs).toBeGreaterThan(0);
    expect(collections.longestMs).toBeLessThanOrEqual(collections.totalMs);
  });

  test('counts what was allocated, also what is freed already', () => {
    const profiler = new MemoryProfiler();
    const section = profiler.track('churn');
    for (let n = 0; n < 100; n++) held = [new Array<number>(131_072).fill(n)];
    const { allocatedBytes, allocatedBy } = section.end();
    expect(allocatedBytes).toBeGreaterThan(95 * megabyte);
    expect(allocatedBytes).toBeLessThan(115 * megabyte);
    expect(['v8', 'collections']).toContain(allocatedBy);
  });

  test('tells what stays in use, with collections before and after', () => {
    const profiler = new MemoryProfiler();
    const section = profiler.track('fill', { collect: true });
    objects(32 * megabyte);
    held = [new Array<number>(1_310_720).fill(1.5)];
    const { retainedBytes, collections } = section.end();
    expect(retainedBytes).toBeGreaterThan(9 * megabyte);
    expect(retainedBytes).toBeLessThan(14 * megabyte);
    expect(collections.full).toBeLessThan(20);
    expect(profiler.track('plain').end().retainedBytes).toBeNull();
  });

  test('sees buffers outside the heap', () => {
    const section = new MemoryProfiler().track('buffers');
    held = [Buffer.alloc(20 * megabyte)];
    section.takeSnapshot('filled');
    const { change, peak } = section.end();
    expect(change.externalBytes).toBeGreaterThan(19 * megabyte);
    expect(peak.externalBytes).toBeGreaterThan(19 * megabyte);
    expect(peak.heapAndExternalBytes).toBeGreaterThanOrEqual(peak.externalBytes);
    expect(section.snapshots).toMatchObject([{ label: 'filled' }]);
  });

  test('ends once, by whichever call comes first', () => {
    const profiler = new MemoryProfiler();
    const section = profiler.track('once');
    expect(section.report).toBeNull();
    const report = section.end('failed');
    section[Symbol.dispose]();
    expect(section.end()).toBe(report);
    expect(profiler.sections).toEqual([report]);
    expect(report.outcome).toBe('failed');
  });

  test('takes its duration from the clock, and holds a timer only while it is open', () => {
    const clock = new ManualClock();
    const section = new MemoryProfiler({ clock }).track('slow');
    expect(clock.pending()).toBe(1);
    expect(clock.pending('ref')).toBe(0);
    clock.advance(1_050);
    const { durationMs, looks, startedAtMs } = section.end();
    expect(durationMs).toBe(1_050);
    expect(looks).toBe(11);
    expect(startedAtMs).toBe(clock.now() - 1_050);
    expect(clock.pending()).toBe(0);
  });

  test('tells whoever asked, and survives what they throw', () => {
    const errors: unknown[] = [];
    const quiet = (): void => undefined;
    const logger = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => void errors.push(fields) };
    const profiler = new MemoryProfiler({ logger });
    const told: string[] = [];
    profiler.track('heard', { onEnd: (report) => void told.push(report.name) }).end();
    const fault = new Error('listener');
    profiler
      .track('thrown', {
        onEnd: () => {
          throw fault;
        },
      })
      .end();
    expect(told).toEqual(['heard']);
    expect(errors).toEqual([{ err: fault }]);
  });

  test.each([
    [() => new MemoryProfiler().track(''), /name must be a string of 1 to 256/],
    [() => new MemoryProfiler().track('x', { colect: true } as object), /no option `colect`; did you mean `collect`/],
    [() => new MemoryProfiler().track('x', { parent: {} as MemorySection }), /`parent` must be a section or null/],
    [() => new MemoryProfiler({ maxSnapshots: 0 }), /`maxSnapshots` must be a whole number from 1/],
    [() => new MemoryProfiler({ max_snapshots: 5 } as object), /use `maxSnapshots`/],
    [() => new MemoryProfiler({ monitoring_interval: 5 } as object), /use `intervalMs`/],
  ])('refuses wrong options %#', (make, message) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'WT_INVALID_OPTION', message: expect.stringMatching(message) as string }),
    );
  });
});

describe('sections together', () => {
  test('a section inside another counts to both, and its share is told apart', () => {
    const profiler = new MemoryProfiler();
    const outer = profiler.track('outer');
    held.push(new Array<number>(524_288).fill(1));
    const inner = outer.track('inner');
    held.push(new Array<number>(2_621_440).fill(1));
    const innerReport = inner.end();
    const { own, allocatedBytes } = outer.end();
    expect(innerReport.path).toEqual(['outer', 'inner']);
    expect(innerReport.overlapped).toEqual([]);
    expect(allocatedBytes).toBeGreaterThan(innerReport.allocatedBytes);
    expect(innerReport.allocatedBytes).toBeGreaterThan(19 * megabyte);
    expect(own?.allocatedBytes).toBeGreaterThan(3.9 * megabyte);
    expect(own?.allocatedBytes).toBeLessThan(8 * megabyte);
  });

  test('a peak before a section began is not its own', () => {
    const profiler = new MemoryProfiler();
    const outer = profiler.track('outer');
    held = objects(64 * megabyte);
    held = [];
    for (let n = 0; n < 40; n++) objects(4 * megabyte);
    const late = profiler.track('late', { parent: outer, collect: true });
    const lateReport = late.end();
    const outerReport = outer.end();
    expect(outerReport.peak.heapUsedBytes - lateReport.peak.heapUsedBytes).toBeGreaterThan(20 * megabyte);
  });

  test('concurrent sections name each other, and what they share is not called their own', async () => {
    const profiler = new MemoryProfiler();
    const all = profiler.track('all');
    const task = async (name: string): Promise<void> => {
      using section = all.track(name);
      await Promise.resolve();
      section.takeSnapshot();
      await Promise.resolve();
    };
    await Promise.all([task('first'), task('second')]);
    const report = all.end();
    const byName = new Map(profiler.sections.map((section) => [section.name, section]));
    expect(byName.get('first')?.overlapped).toEqual(['second']);
    expect(byName.get('second')?.overlapped).toEqual(['first']);
    expect(byName.get('first')?.path).toEqual(['all', 'first']);
    expect(report.own).toBeNull();
    expect(report.overlapped).toEqual([]);
  });

  test('inside `run` they find the section around them through awaits', async () => {
    const profiler = new MemoryProfiler();
    const request = (name: string): Promise<void> => {
      const section = profiler.track(name);
      return section.run(async () => {
        await Promise.resolve();
        profiler.track('query').end();
        await Promise.resolve();
        section.end();
      });
    };
    await Promise.all([request('a'), request('b')]);
    const paths = profiler.sections.filter(({ name }) => name === 'query').map(({ path }) => path.join('/'));
    expect(paths.sort()).toEqual(['a/query', 'b/query']);
    expect(profiler.track('outside').path).toEqual(['outside']);
  });

  test('a section whose parent has ended stands alone', () => {
    const profiler = new MemoryProfiler();
    const parent = profiler.track('parent');
    parent.end();
    expect(parent.track('late').end().path).toEqual(['late']);
  });
});

interface Step {
  readonly what: 'begin' | 'inside' | 'end' | 'wait' | 'allocate';
  readonly pick: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('begin' as const, 'inside' as const, 'end' as const, 'wait' as const, 'allocate' as const),
  pick: fc.nat(7),
});

property.prop([fc.array(step, { maxLength: 40 })], { numRuns: 60 })(
  'whatever is nested in or runs beside what: nothing stays open, every report adds up',
  (steps) => {
    const clock = new ManualClock();
    const profiler = new MemoryProfiler({ clock });
    const open: MemorySection[] = [];
    const sink: unknown[] = [];
    let begun = 0;
    for (const { what, pick } of steps) {
      const chosen = open[pick % Math.max(1, open.length)];
      if (what === 'begin') open.push(profiler.track(`s${begun++}`));
      else if (what === 'inside' && chosen !== undefined) open.push(chosen.track(`s${begun++}`));
      else if (what === 'end' && chosen !== undefined) open.splice(open.indexOf(chosen), 1)[0]?.end();
      else if (what === 'wait') clock.advance(60);
      else sink.push(new Array<number>(1_000 * (pick + 1)).fill(pick));
    }
    expect(clock.pending() > 0).toBe(open.length > 0);
    for (const section of open) section.end();
    expect(clock.pending()).toBe(0);
    const reports = profiler.sections;
    expect(reports).toHaveLength(begun);
    for (const { start, end, change, peak, allocatedBytes, own, durationMs, path, name } of reports) {
      expect(end.heapUsedBytes - start.heapUsedBytes).toBe(change.heapUsedBytes);
      expect(peak.heapUsedBytes).toBeGreaterThanOrEqual(Math.max(start.heapUsedBytes, end.heapUsedBytes));
      expect(peak.rssBytes).toBeGreaterThanOrEqual(Math.max(start.rssBytes, end.rssBytes));
      expect(allocatedBytes).toBeGreaterThanOrEqual(0);
      expect(path.at(-1)).toBe(name);
      if (own !== null) {
        expect(own.allocatedBytes).toBeLessThanOrEqual(allocatedBytes);
        expect(own.durationMs).toBeLessThanOrEqual(durationMs);
      }
    }
    expect(profiler.sectionSummaries.reduce((sum, one) => sum + one.count, 0)).toBe(begun);
  },
);
