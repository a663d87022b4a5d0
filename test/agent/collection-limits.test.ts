import { describe, expect, test } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import { createCollectionLimits } from '../../src/agent/more/collection-limits.ts';
import type { CollectionLimits } from '../../src/agent/more/collection-limits.ts';

const megabyte = 1_048_576;

/** A program whose heap and clock are set by the test. */
function limitsOf(maxPauseMs: number): { limits: CollectionLimits; at: (ms: number, heapMb: number) => void; notes: string[] } {
  const notes: string[] = [];
  let [now, heapUsed] = [0, 0];
  const agent = {
    clock: { elapsed: () => now },
    natives: { memoryUsage: () => ({ heapUsed, external: 0 }) },
    recorder: { note: (_: string, text: string) => notes.push(text) },
  };
  return {
    limits: createCollectionLimits(agent as unknown as Agent, { maxPauseMs, collectionShare: 0.02 }),
    at: (ms, heapMb) => {
      now = ms;
      heapUsed = heapMb * megabyte;
    },
    notes,
  };
}

/** When a heap that grows was collected in the first minute, each collection costing so much. */
function collectedFor(costMs: number, share = 1): readonly number[] {
  const { limits, at } = limitsOf(500);
  limits.useShare(share);
  const times: number[] = [];
  for (let second = 1; second <= 60; second += 1) {
    at(second * 1000, 10 + second);
    if (!limits.mayCollect()) continue;
    times.push(second);
    limits.collected({ pauseMs: costMs / 2, costMs }, (10 + second) * megabyte);
  }
  return times;
}

describe('how large a heap may be', () => {
  test('one that other threads mark may be twice as large as one that is marked while the program stands still', () => {
    const { limits, at } = limitsOf(500);
    at(0, 600);
    expect(limits.isTooLarge()).toBe(true);
    limits.expect('beside');
    expect(limits.isTooLarge()).toBe(false);
    at(0, 1500);
    expect(limits.isTooLarge()).toBe(true);
    at(0, 600);
    limits.expect('alone');
    expect(limits.isTooLarge()).toBe(true);
  });

  test('what was measured counts for more', () => {
    const { limits, at } = limitsOf(500);
    limits.expect('beside');
    for (let round = 1; round <= 8; round += 1) limits.collected({ pauseMs: 100, costMs: 100 }, 100 * megabyte);
    at(0, 600);
    expect(limits.isTooLarge()).toBe(true);
  });

  test('the report is told once', () => {
    const { limits, at, notes } = limitsOf(500);
    at(0, 2000);
    limits.isTooLarge();
    limits.isTooLarge();
    expect(notes).toEqual(['collections were not forced above 417 MB of heap: each might take more than 500 ms']);
  });
});

describe('how often a heap that grows is collected', () => {
  test('every two seconds where it costs 40 ms or less', () => {
    expect(collectedFor(40)).toEqual(Array.from({ length: 30 }, (_, at) => 2 * at + 2));
  });

  const gapsOf = (times: readonly number[]): ReadonlySet<number> =>
    new Set(times.slice(1).map((time, at) => time - (times[at] ?? 0)));

  test('rarer where it costs more: 2 % of the time', () => {
    expect(gapsOf(collectedFor(80).slice(2))).toEqual(new Set([4]));
  });

  test('and rarer still where a smaller share was asked for; a larger one changes nothing', () => {
    expect(gapsOf(collectedFor(80, 0.01).slice(3))).toEqual(new Set([8]));
    expect(collectedFor(80, 0.5)).toEqual(collectedFor(80));
  });
});
