import { describe, expect, test } from 'vitest';
import { PressureGauge } from '../../src/memory/pressure.ts';

const rules = { thresholds: { info: 0.7, warning: 0.8, critical: 0.9 }, hysteresis: 0.05, cooldownMs: 60_000 };

function levels(shares: readonly number[]): readonly string[] {
  const gauge = new PressureGauge(rules);
  return shares.map((share, i) => {
    gauge.update(share, i * 1000);
    return gauge.level;
  });
}

describe('levels of memory', () => {
  test('begin at 70, 80 and 90 % exactly', () => {
    expect(levels([0.699, 0.7, 0.799, 0.8, 0.899, 0.9, 2])).toEqual([
      'normal',
      'info',
      'info',
      'warning',
      'warning',
      'critical',
      'critical',
    ]);
  });

  test('may be skipped in one jump, up and down', () => {
    expect(levels([0.95, 0.1])).toEqual(['critical', 'normal']);
  });

  test('end only clearly below their threshold', () => {
    expect(levels([0.9, 0.86, 0.85, 0.84, 0.76, 0.74, 0.66, 0.64])).toEqual([
      'critical',
      'critical',
      'critical',
      'warning',
      'warning',
      'info',
      'info',
      'normal',
    ]);
  });

  test('a share that is no number changes nothing', () => {
    expect(levels([0.9, Number.NaN, 0.9])).toEqual(['critical', 'critical', 'critical']);
  });
});

describe('what listeners are told', () => {
  function told(updates: readonly (readonly [share: number, atMs: number])[]): readonly string[] {
    const gauge = new PressureGauge(rules);
    return updates.flatMap(([share, atMs]) => {
      const step = gauge.update(share, atMs);
      return step === null || step.quiet ? [] : [`${atMs / 1000} ${step.to}`];
    });
  }

  test('a level that flaps is told once per cooldown, its end once', () => {
    const flapping = Array.from({ length: 60 }, (_, i) => [i % 2 === 0 ? 0.85 : 0.2, i * 2000] as const);
    expect(told(flapping)).toEqual(['0 warning', '2 normal', '60 warning', '62 normal']);
  });

  test('a higher level is told at once, whatever was told before', () => {
    expect(
      told([
        [0.75, 0],
        [0.85, 1000],
        [0.95, 2000],
      ]),
    ).toEqual(['0 info', '1 warning', '2 critical']);
  });

  test('a rise that was not told has no end that is told', () => {
    expect(
      told([
        [0.85, 0],
        [0.2, 1000],
        [0.85, 2000],
        [0.2, 3000],
      ]),
    ).toEqual(['0 warning', '1 normal']);
  });
});
