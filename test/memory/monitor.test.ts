import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../src/kernel/clock/index.ts';
import type { LevelChange, MemoryMonitorOptions, MemoryReading } from '../../src/memory/index.ts';
import { MemoryMonitor } from '../../src/memory/index.ts';
import { runProgram } from '../support/run-program.ts';
import { MB } from './fake-root.ts';

const quiet: MemoryReading = {
  rssBytes: 100 * MB,
  vmsBytes: null,
  heapUsedBytes: 50 * MB,
  heapTotalBytes: 60 * MB,
  heapLimitBytes: 1000 * MB,
  externalBytes: 0,
  arrayBuffersBytes: 0,
  cgroup: null,
  host: { totalBytes: 10_000 * MB, availableBytes: 9000 * MB },
  unavailable: [],
};
const group = (usedBytes: number) => ({ limitBytes: 1000 * MB, usedBytes, source: 'memory.max' });

/** A monitor on a clock and readings of the test's own. */
function watched(options: MemoryMonitorOptions = {}) {
  const clock = new ManualClock();
  const state = { reading: quiet };
  const monitor = new MemoryMonitor({ clock, probe: () => state.reading, collections: false, loopDelay: false, ...options });
  const changes: LevelChange[] = [];
  monitor.onLevel((change) => changes.push(change));
  return { clock, state, monitor, changes };
}

describe('sampling', () => {
  test('takes a sample at the start and then one per interval, on a timer that does not keep the process alive', () => {
    const { clock, monitor } = watched();
    const times: number[] = [];
    monitor.onSample((sample) => times.push(sample.atMs - clock.now() + clock.monotonic()));
    monitor.start().start();
    clock.advance(3500);
    expect(times).toEqual([0, 1000, 2000, 3000]);
    expect([clock.pending(), clock.pending('ref')]).toEqual([1, 0]);
    monitor.stop();
    monitor.stop();
    expect(clock.pending()).toBe(0);
  });

  test('keepAlive makes the timer keep the process alive, intervalMs sets its pace', () => {
    const { clock, monitor } = watched({ keepAlive: true, intervalMs: 250 });
    monitor.start();
    clock.advance(500);
    expect(clock.pending('ref')).toBe(1);
    expect(monitor.last?.atMs).toBe(clock.now());
    monitor[Symbol.dispose]();
    expect(clock.pending()).toBe(0);
  });

  test('a listener may stop the monitor', () => {
    const { clock, monitor } = watched();
    monitor.onSample(() => monitor.stop());
    monitor.start();
    expect(clock.pending()).toBe(0);
    expect(monitor.health().running).toBe(false);
  });

  test('a probe that fails is counted and told to the logger, and sampling goes on', () => {
    const told: string[] = [];
    const log = (_: unknown, text: string) => void told.push(text);
    let fails = true;
    const { clock, monitor } = watched({
      logger: { debug: log, info: log, warn: log, error: log },
      probe: () => {
        if (fails) throw new Error('no reading');
        return quiet;
      },
    });
    monitor.start();
    clock.advance(2000);
    expect(monitor.health()).toMatchObject({ running: true, failedSamples: 3, lastSampleAtMs: null });
    expect(told).toHaveLength(3);
    fails = false;
    clock.advance(1000);
    expect(monitor.health()).toMatchObject({ failedSamples: 3, lastSampleAtMs: clock.now() });
    monitor.stop();
  });

  test('health says when a sample is overdue', () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => now, schedule: () => ({ cancel() {}, ref() {}, unref() {} }) };
    const { monitor } = watched({ clock });
    monitor.start();
    now = 2500;
    expect(monitor.health().late).toBe(false);
    now = 3500;
    expect(monitor.health().late).toBe(true);
    monitor.stop();
    expect(monitor.health()).toMatchObject({ running: false, late: false });
  });
});

describe('limits and levels', () => {
  test('the limit with the highest share counts, and is named with its source', () => {
    const { monitor, state } = watched({ configuredLimitBytes: 400 * MB });
    state.reading = { ...quiet, cgroup: group(750 * MB), rssBytes: 200 * MB };
    const sample = monitor.sample();
    expect(sample.tightest).toEqual({ name: 'cgroup', bytes: 1000 * MB, source: 'memory.max', usedBytes: 750 * MB, share: 0.75 });
    expect(sample.uses.map(({ name, share }) => [name, share])).toEqual([
      ['cgroup', 0.75],
      ['configured', 0.5],
      ['heap', 0.05],
    ]);
    expect(sample.level).toBe('info');
  });

  test("the machine's memory counts outside a container, not inside one that has a limit", () => {
    const { monitor, state } = watched();
    state.reading = { ...quiet, host: { totalBytes: 1000 * MB, availableBytes: 50 * MB } };
    expect(monitor.sample()).toMatchObject({ level: 'critical', tightest: { name: 'host', share: 0.95 } });
    state.reading = { ...state.reading, cgroup: group(100 * MB) };
    expect(monitor.sample()).toMatchObject({ level: 'normal', tightest: { name: 'cgroup' } });
  });

  test('`limits` chooses which count', () => {
    const { monitor, state } = watched({ limits: ['heap'] });
    state.reading = { ...quiet, cgroup: group(990 * MB) };
    expect(monitor.sample()).toMatchObject({ level: 'normal', uses: [{ name: 'heap' }] });
  });

  test('own thresholds move the levels', () => {
    const { monitor, state } = watched({ thresholds: { critical: 0.85, warning: 0.3, info: 0.2 }, hysteresis: 0 });
    for (const [used, level] of [
      [250, 'info'],
      [300, 'warning'],
      [860, 'critical'],
      [849, 'warning'],
    ] as const) {
      state.reading = { ...quiet, cgroup: group(used * MB) };
      expect(monitor.sample().level).toBe(level);
    }
  });

  test('a change is told once, with the sample that brought it; disposing the subscription ends it', () => {
    const { clock, monitor, state, changes } = watched();
    const gone: LevelChange[] = [];
    const subscription = monitor.onLevel((change) => gone.push(change));
    subscription[Symbol.dispose]();
    monitor.start();
    state.reading = { ...quiet, cgroup: group(850 * MB) };
    clock.advance(5000);
    expect(changes).toMatchObject([{ from: 'normal', to: 'warning', sample: { tightest: { name: 'cgroup', share: 0.85 } } }]);
    expect(monitor.level).toBe('warning');
    expect(gone).toEqual([]);
    monitor.stop();
  });

  test('cooldownMs 0 tells every change', () => {
    const { clock, monitor, state, changes } = watched({ cooldownMs: 0 });
    monitor.start();
    for (let i = 0; i < 6; i++) {
      state.reading = { ...quiet, cgroup: group((i % 2 === 0 ? 850 : 100) * MB) };
      clock.advance(1000);
    }
    expect(changes.map(({ to }) => to)).toEqual(['warning', 'normal', 'warning', 'normal', 'warning', 'normal']);
    monitor.stop();
  });

  test('a listener that throws hinders nobody and is counted', () => {
    const { monitor, state, changes } = watched();
    const first = new MemoryMonitor({ probe: () => state.reading, collections: false, loopDelay: false });
    first.onLevel(() => {
      throw new Error('listener');
    });
    first.onLevel((change) => changes.push(change));
    state.reading = { ...quiet, cgroup: group(950 * MB) };
    expect(first.sample().level).toBe('critical');
    expect(changes).toHaveLength(1);
    expect(first.health().listenerErrors).toBe(1);
    expect(monitor.health().listenerErrors).toBe(0);
  });
});

describe('options', () => {
  test.each([
    [{ intervalMs: 0 }, /intervalMs/],
    [{ intervalMs: '1s' }, /milliseconds.*"1s"/],
    [{ hysteresis: 2 }, /hysteresis/],
    [{ thresholds: { warning: 80 } }, /thresholds/],
    [{ thresholds: { warning: 0.95 } }, /ascend/],
    [{ limits: [] }, /limits/],
    [{ limits: ['ram'] }, /limits/],
    [{ configuredLimitBytes: 0 }, /configuredLimitBytes/],
    [{ pssEveryMs: 1000 }, /60 000/],
    [{ cooldownMs: -1 }, /cooldownMs/],
    [{ interval: 1000 }, /did you mean `intervalMs`/],
  ] as const)('%j is refused with a message that says what to do', (options, message) => {
    const make = (): unknown => new MemoryMonitor(options as object);
    expect(make).toThrow(expect.objectContaining({ code: 'WT_INVALID_OPTION' }));
    expect(make).toThrow(message);
  });
});

describe('in a process of its own', () => {
  test('a running monitor with all it measures lets the process end, and really counts', async () => {
    const program = `
      import { MemoryMonitor } from 'watertight/memory';
      const monitor = new MemoryMonitor({ intervalMs: 20, pssEveryMs: 60_000, loopDelay: true }).start();
      let kept = [];
      const until = Date.now() + 400;
      (function work() {
        kept = Array.from({ length: 50_000 }, (_, i) => ({ i }));
        if (Date.now() < until) return setTimeout(work, 1);
        const { collections, pssBytes, loopDelay, rssBytes } = monitor.sample();
        console.log(JSON.stringify({ collections, pssBytes, loopDelay, rssBytes }));
      })();
    `;
    const end = await runProgram(program);
    expect(end).toMatchObject({ code: 0, stderr: '', timedOut: false });
    const seen = JSON.parse(end.stdout) as {
      collections: { minor: number; minorMs: number; longestMs: number };
      pssBytes: number | null;
    };
    expect(seen.collections.minor).toBeGreaterThan(0);
    expect(seen.collections.minorMs).toBeGreaterThan(0);
    expect(seen.collections.longestMs).toBeGreaterThan(0);
    if (process.platform === 'linux') expect(seen.pssBytes).toBeGreaterThan(MB);
  });
});
