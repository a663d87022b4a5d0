import { expect, test } from 'vitest';
import { isAtLeast, severityOfBytes, severityOfCount, tightestAhead, worseSeverity } from '../../src/leak/index.ts';
import { MB } from './series.ts';

const hour = 3_600_000;

test.each([
  [10, null, 'low'],
  [60, null, 'medium'],
  [120, null, 'high'],
  [250, null, 'critical'],
  [10, 23 * hour, 'medium'],
  [10, 3 * hour, 'high'],
  [10, hour / 3, 'critical'],
  [250, 23 * hour, 'critical'],
] as const)('%d MB an hour, limit in %s ms: %s', (megabytes, reachedInMs, severity) => {
  expect(severityOfBytes((megabytes * MB) / 3_600, reachedInMs)).toBe(severity);
});

test.each([
  [5, 'low'],
  [60, 'medium'],
  [1_500, 'high'],
  [20_000, 'critical'],
] as const)('%d handles an hour: %s', (perHour, severity) => {
  expect(severityOfCount(perHour / 3_600)).toBe(severity);
});

test('severities have an order', () => {
  expect(worseSeverity('high', 'medium')).toBe('high');
  expect(isAtLeast('critical', 'high')).toBe(true);
  expect(isAtLeast('medium', 'high')).toBe(false);
});

test('the limit that is reached first is told, if it is within 30 days', () => {
  const limits = [
    { name: 'heap', bytes: 256 * MB, usedBytes: 56 * MB },
    { name: 'cgroup', bytes: 512 * MB, usedBytes: 412 * MB },
  ];
  expect(tightestAhead(limits, MB)).toEqual({ limit: limits[1], reachedInMs: 100_000 });
  expect(tightestAhead(limits, 1)).toBeNull();
  expect(tightestAhead(limits, 0)).toBeNull();
});
