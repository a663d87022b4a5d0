import { describe, expect, test } from 'vitest';
import type { AgentClock } from '../../src/agent/clock.ts';
import { createSites } from '../../src/agent/sites.ts';
import type { Recorder } from '../../src/agent/recorder.ts';

/** A clock that goes on by `stepMs` each time it is read. */
function clock(): AgentClock & { stepMs: number; nowMs: number } {
  const made = {
    t0: 0,
    stepMs: 0,
    nowMs: 0,
    elapsed: () => Math.round(made.nowMs),
    monotonic: () => (made.nowMs += made.stepMs),
    charge: () => undefined,
    ownUs: () => 0,
  };
  return made;
}

const recorder: Recorder = {
  path: '',
  begin: () => undefined,
  add: () => undefined,
  note: () => undefined,
  write: () => undefined,
  stopped: () => false,
  size: () => 0,
  replaced: () => undefined,
};

/** How many handles the last of these stands for, or that it is left out, when each reading of a stack takes so long. */
function weightsAfter(tookMs: readonly number[]): readonly number[] {
  const time = clock();
  const sites = createSites(time, recorder, '/nowhere');
  return tookMs.map((ms) => {
    time.nowMs += 50;
    const weight = sites.weigh('file');
    time.stepMs = ms;
    if (weight > 0) sites.of('file', weightsAfter);
    time.stepMs = 0;
    return weight;
  });
}

describe('the share of stacks in the time', () => {
  test('a stack during which the machine stood still costs no later handle its line', () => {
    const quick = Array.from({ length: 400 }, () => 0.05);
    expect(new Set(weightsAfter([0.05, 400, ...quick, 80, 120, ...quick]))).toEqual(new Set([1]));
  });

  test('stacks that do take long are thinned out', () => {
    const weights = weightsAfter(Array.from({ length: 400 }, () => 0.8));
    expect(Math.max(...weights)).toBeGreaterThan(1);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeGreaterThan(300);
  });
});
