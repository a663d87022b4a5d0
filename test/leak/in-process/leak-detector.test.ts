import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../../src/kernel/clock/index.ts';
import { LeakDetector } from '../../../src/leak/index.ts';
import type { DetectedLeak, LeakDetectorOptions, LeakReport } from '../../../src/leak/index.ts';
import { collectGarbage } from '../../../src/memory/index.ts';
import { root, runProgram } from '../../support/run-program.ts';

let held: unknown[] = [];
let external: Buffer[] = [];
afterEach(() => {
  held = [];
  external = [];
});

function makeRow(n: number): object {
  return { n, cells: new Array<number>(30).fill(n) };
}

function keepRows(count: number): void {
  for (let n = 0; n < count; n += 1) held.push(makeRow(n));
}

function setUp(options: LeakDetectorOptions = {}) {
  const clock = new ManualClock();
  const told: DetectedLeak[] = [];
  const detector = new LeakDetector({
    clock,
    intervalMs: 1_000,
    pollMs: 100,
    sampleBytes: 4_096,
    maxPauseMs: 10_000,
    maxCostShare: 1,
    leakThresholdBytes: 0,
    analysis: 'inline',
    onLeak: (leak) => void told.push(leak),
    ...options,
  }).start();
  const run = async (steps: number, work: () => void): Promise<void> => {
    for (let step = 0; step < steps; step += 1) {
      work();
      // What was made moves to where it is held for long.
      if (detector.status().state === 'watching') collectGarbage();
      await clock.advanceAsync(100);
    }
  };
  /** At most so long that a detector that does nothing fails by what is expected then. */
  const runUntil = async (holds: () => boolean, work: () => void): Promise<void> => {
    for (let part = 0; part < 40 && !holds(); part += 1) await run(10, work);
  };
  return { clock, detector, told, run, runUntil };
}

describe('LeakDetector', () => {
  test('leak found with severity: the function that makes what stays, suspected first, then proven, then sampling ends', async () => {
    const { detector, told, runUntil } = setUp({ severityBytes: { medium: 1, high: 1024 ** 4, critical: 1024 ** 4 } });
    await runUntil(
      () => detector.status().lastWindow !== null,
      () => keepRows(600),
    );
    expect(told[0]?.level).toBe('suspect');
    expect(told.filter(({ level, closed }) => level === 'leak' && closed === null)).toHaveLength(1);
    const { leakCount, detectedLeaks } = detector.getLeakReport();
    expect(leakCount).toBe(1);
    const [leak] = detectedLeaks;
    expect(leak?.site?.file).toBe('test/leak/in-process/leak-detector.test.ts');
    expect(['makeRow', 'keepRows', 'run', '']).toContain(leak?.site?.function);
    expect(leak).toMatchObject({
      metric: 'allocations',
      severity: expect.stringMatching(/medium|high|critical/) as string,
      closed: null,
    });
    expect(leak?.memoryIncreaseBytes).toBeGreaterThan(100_000);
    expect(leak?.what).toMatch(/leak-detector\.test\.ts:\d+:\d+.* keeps .*: \d+ sampled objects of \d+ cohorts survive/);
    expect(detector.status()).toMatchObject({ state: 'watching', windows: 1, lastWindow: 'a leak is proven' });
    detector.stop();
  });

  test('what rises no more: nothing is sampled, nothing found', async () => {
    const { detector, run, clock } = setUp();
    await run(60, () => void makeRow(1));
    expect(detector.status()).toMatchObject({ state: 'watching', windows: 0, polls: 0 });
    expect(detector.getLeakReport()).toEqual({ leakCount: 0, detectedLeaks: [] });
    detector.stop();
    expect(clock.pending()).toBe(0);
  });

  test('a leak that ended is closed, with its reason', async () => {
    const { detector, told, runUntil } = setUp();
    const leakCount = (): number => detector.getLeakReport().leakCount;
    await runUntil(
      () => leakCount() > 0,
      () => keepRows(600),
    );
    held = [];
    await runUntil(
      () => leakCount() === 0,
      () => undefined,
    );
    expect(told.at(-1)?.closed?.why).toMatch(/has not risen for|slowed down|released|nothing more is kept/);
    expect(detector.getLeakReport()).toMatchObject({ leakCount: 0 });
    detector.stop();
  });

  test('less than the threshold is not told', async () => {
    const { detector, told, runUntil } = setUp({ leakThresholdBytes: 1024 ** 3 });
    await runUntil(
      () => detector.status().lastWindow !== null,
      () => keepRows(600),
    );
    expect([told, detector.getLeakReport().leakCount]).toEqual([[], 0]);
    expect(detector.status().windows).toBe(1);
    detector.stop();
  });

  test('it switches itself off above its budget, and can be started again', async () => {
    const warnings: object[] = [];
    const quiet = (): void => undefined;
    const logger = { debug: quiet, info: quiet, warn: (fields: object) => void warnings.push(fields), error: quiet };
    const { detector, runUntil, clock } = setUp({ maxCostShare: 1e-9, logger, pollMs: 100 });
    await runUntil(
      () => detector.status().state === 'disabled',
      () => keepRows(600),
    );
    expect(detector.status()).toMatchObject({
      state: 'disabled',
      why: expect.stringMatching(/more than .* % of the time/) as string,
    });
    expect(warnings).toContainEqual({ code: 'WT_LEAK_DETECTOR_OFF' });
    expect(clock.pending()).toBe(0);
    expect(detector.start().status().state).toBe('watching');
    detector.stop();
  });

  test.each([
    ['forbidden', { sampling: false }],
    ['a pause of nothing is allowed', { maxPauseMs: 0 }],
  ])('no line is looked for where sampling is %s', async (_, options) => {
    const { detector, run } = setUp(options);
    await run(40, () => keepRows(600));
    expect(detector.status().windows).toBe(0);
    detector.stop();
  });

  test('a poll that would take too long is left out, and said', async () => {
    const { detector, runUntil } = setUp({ maxPauseMs: 0.001 });
    await runUntil(
      () => detector.status().lastWindow !== null,
      () => keepRows(600),
    );
    expect(detector.status()).toMatchObject({
      windows: 1,
      polls: 0,
      lastWindow: expect.stringMatching(/more than maxPauseMs/) as string,
    });
    detector.stop();
  });

  test('buffers that pile up are told without a line', async () => {
    const { detector, run } = setUp({ sampling: false, leakThresholdBytes: 1024 ** 2 });
    await run(240, () => void external.push(Buffer.alloc(100_000)));
    expect(detector.getLeakReport().detectedLeaks).toMatchObject([{ metric: 'external', site: null }]);
    expect(detector.getLeakReport().detectedLeaks[0]?.what).toMatch(/memory outside of the heap .* rises by/);
    detector.stop();
  });

  test.each([
    [{ intervalMs: 5 }, /`intervalMs` must be a number of milliseconds from 1 000/],
    [{ maxCostShare: 0 }, /`maxCostShare` must be a number above 0/],
    [{ leak_threshold_mb: 50 }, /use `leakThresholdBytes`/],
    [{ analysis: 'thread' }, /`analysis` must be one of "worker", "inline"/],
  ])('refuses %j', (options, message) => {
    expect(() => new LeakDetector(options as LeakDetectorOptions)).toThrow(
      expect.objectContaining({ code: 'WT_INVALID_OPTION', message: expect.stringMatching(message) as string }),
    );
  });
});

describe('in a program of its own', () => {
  const program = `
import { getLeakReport, startMemoryMonitoring } from '${pathToFileURL(join(root, 'dist/leak/index.js')).href}';
const options = { intervalMs: 1000, pollMs: 300, sampleBytes: 8192, maxPauseMs: 5000, maxCostShare: 1, leakThresholdBytes: 1000, ...JSON.parse(process.argv.at(-1)) };
import { getMemoryProfiler } from '${pathToFileURL(join(root, 'dist/profile/index.js')).href}';
const monitoring = startMemoryMonitoring(options);
const sessions = new Map();
let n = 0;
function remember(id) { sessions.set(id, { id, cart: new Array(20).fill(id) }); }
const timer = setInterval(() => { for (let i = 0; i < 60; i++) remember(n++); if (getLeakReport().leakCount > 0) end(); }, 5);
const deadline = setTimeout(end, 40000);
function end() {
  clearInterval(timer);
  clearTimeout(deadline);
  monitoring.stop();
  console.log(JSON.stringify({ ...getLeakReport(), status: monitoring.detector.status(), snapshots: getMemoryProfiler().snapshots.length }));
}
`;

  test.each([
    ['in a worker thread', {}],
    ['in a worker thread whose file is gone', { workerFile: '/no/such/file.js' }],
    ['in the thread itself', { analysis: 'inline' }],
  ])('leak detected with the analysis %s; the program ends by itself', async (_, options) => {
    const end = await runProgram(program, { args: [JSON.stringify(options)], timeoutMs: 50_000 });
    expect(end, end.stderr).toMatchObject({ code: 0, stderr: '' });
    const report = JSON.parse(end.stdout) as LeakReport & { readonly snapshots: number };
    expect(report.leakCount, end.stdout).toBe(1);
    expect(report.detectedLeaks[0]).toMatchObject({ level: 'leak', metric: 'allocations' });
    expect(report.snapshots).toBeGreaterThan(1);
  });

  test('a cleanup manager shows the report once leak detection is imported', async () => {
    const core = pathToFileURL(join(root, 'dist/core/index.js')).href;
    const leak = pathToFileURL(join(root, 'dist/leak/index.js')).href;
    const source = `
import { ResourceCleanupManager } from '${core}';
import '${leak}';
const manager = new ResourceCleanupManager({ enableLeakDetection: true, leakCheckIntervalMs: 100 });
const timers = Array.from({ length: 40 }, () => setInterval(() => {}, 1e6));
const wait = setInterval(() => {
  const { leakCount, detectedLeaks } = manager.getLeakReport();
  if (leakCount === 0) return;
  console.log(detectedLeaks.map(({ metric, level }) => metric + ' ' + level).join());
  for (const timer of [...timers, wait]) clearInterval(timer);
}, 20);
`;
    const end = await runProgram(source);
    expect(end, end.stderr).toMatchObject({ code: 0, stdout: 'handles leak\n' });
  });
});
