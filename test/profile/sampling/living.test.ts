import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { LiveSample } from '../../../src/profile/sampling/heap-session.ts';
import { Living } from '../../../src/profile/sampling/living.ts';

const sample = (ordinal: number, size = 40): LiveSample => ({ ordinal, size, nodeId: ordinal });

/** One poll: how many samples are taken, and which of those that live (as shares of 1) die before it. */
const step = fc.record({ taken: fc.nat(20), dies: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }) });

property.prop([fc.array(step, { maxLength: 30 }), fc.integer({ min: 2, max: 5 })])(
  'tells exactly what was born and what died, and keeps what it is told to keep',
  (steps, keptOneIn) => {
    const living = new Living();
    let next = 1;
    let alive: number[] = [];
    const kept = new Set<number>();
    for (const { taken, dies } of steps) {
      const fresh = Array.from({ length: taken }, () => (next += 1) - 1);
      const doomed = new Set([...alive, ...fresh].filter((_, at) => (dies[at] ?? 1) < 0.5));
      // As in life: something of our own is always sampled last.
      const marker = (next += 1) - 1;
      const before = [...kept];
      alive = [...alive, ...fresh].filter((ordinal) => !doomed.has(ordinal));
      const samples = [...alive, marker].toReversed().map((ordinal) => sample(ordinal));
      const change = living.compare(samples);
      if (typeof change === 'string') throw new Error(change);
      const born = change.born.map((index) => samples[index]?.ordinal ?? 0);
      expect(born).toEqual([...fresh.filter((ordinal) => !doomed.has(ordinal)), marker]);
      expect(change.died).toEqual(before.filter((ordinal) => doomed.has(ordinal)).toSorted((a, b) => a - b));
      expect(change.clock).toBe(marker);
      const chosen = change.born.filter(
        (index) => (samples[index]?.ordinal ?? 0) % keptOneIn !== 0 && samples[index]?.ordinal !== marker,
      );
      living.keep(samples, change, chosen);
      for (const ordinal of change.died) kept.delete(ordinal);
      for (const index of chosen) kept.add(samples[index]?.ordinal ?? 0);
    }
  },
);

test('other samples under the same numbers are another sampler', () => {
  const living = new Living();
  const first = [sample(1), sample(2), sample(9)];
  const change = living.compare(first);
  if (typeof change === 'string') throw new Error(change);
  living.keep(first, change, change.born);
  expect(living.compare([sample(1, 48), sample(9), sample(12)])).toBe('restarted');
});

test('a clock that stands behind once may be chance; twice it is another sampler', () => {
  const living = new Living();
  const first = [sample(8)];
  const change = living.compare(first);
  if (typeof change === 'string') throw new Error(change);
  living.keep(first, change, change.born);
  expect(living.compare([sample(3)])).toBe('unclear');
  expect(living.compare([sample(4)])).toBe('restarted');
});
