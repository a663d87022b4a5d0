// The test scenarios of MythosMUD that concern its memory monitor, under the names that its documents give them.
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../src/core/index.ts';
import { judgeGrowth } from '../../src/leak/index.ts';
import { MemoryMonitor, readMemory } from '../../src/memory/index.ts';
import type { MemoryReading } from '../../src/memory/index.ts';

const MB = 1024 * 1024;

function monitorOf(usedMb: () => number, clock = new ManualClock()): MemoryMonitor {
  const probe = (): MemoryReading => ({ ...readMemory(), rssBytes: usedMb() * MB });
  return new MemoryMonitor({ configuredLimitBytes: 1_000 * MB, limits: ['configured'], probe, clock, collections: false });
}

describe('MemoryMonitor', () => {
  test('monitor defaults', () => {
    expect(new MemoryMonitor()).toMatchObject({ level: 'normal', last: null });
  });

  test('usage 50 % / 85 %', () => {
    expect(monitorOf(() => 500).sample()).toMatchObject({ level: 'normal', tightest: { share: 0.5 } });
    expect(monitorOf(() => 850).sample()).toMatchObject({ level: 'warning', tightest: { share: 0.85 } });
  });

  test('stats fields; what is not known is null, with the reason', () => {
    const sample = monitorOf(() => 1).sample();
    for (const key of ['rssBytes', 'vmsBytes', 'heapUsedBytes', 'heapLimitBytes', 'host', 'unavailable'])
      expect(sample).toHaveProperty(key);
    expect(sample.unavailable.every((one) => one.why.length > 0)).toBe(true);
  });

  test('time trigger; not needed', () => {
    const clock = new ManualClock();
    const monitor = monitorOf(() => 500, clock);
    let samples = 0;
    using listening = monitor.onSample(() => void (samples += 1));
    monitor.start();
    clock.advance(10_000);
    monitor.stop();
    clock.advance(10_000);
    expect(samples).toBe(11);
    expect(monitor.level).toBe('normal');
    expect(listening).toBeDefined();
  });

  test('memory trigger; alert levels 70, 80, 90 %', () => {
    let used = 0;
    const monitor = monitorOf(() => used);
    const levels = [699, 700, 800, 900].map((next) => {
      used = next;
      return monitor.sample().level;
    });
    expect(levels).toEqual(['normal', 'info', 'warning', 'critical']);
  });

  test('sampler disabled / interval / start-stop', () => {
    const clock = new ManualClock();
    const monitor = monitorOf(() => 1, clock);
    expect(clock.pending()).toBe(0);
    monitor.start();
    monitor.start();
    expect(clock.pending()).toBe(1);
    monitor.stop();
    expect(clock.pending()).toBe(0);
  });
});

test('growth rate with too little history', () => {
  const points = [0, 1_000, 2_000].map((tMs) => ({ tMs, liveBytes: 10 * MB + tMs, how: 'forced' as const }));
  const verdict = judgeGrowth({ points, durationMs: 2_000, limits: [] });
  expect(verdict.level).toBe('too-short');
  expect(verdict.wouldBeEnough).not.toBe(null);
});
