import type { Detector } from './evidence.ts';
import { prepare } from './evidence.ts';
import { growing } from './growth.ts';
import type { GrowthInput, GrowthVerdict } from './series.ts';
import { settled } from './settled.ts';
import { spiking } from './spike.ts';
import { tooShort } from './too-short.ts';

/** The first that has something to say is right. */
const detectors: readonly Detector[] = [tooShort, growing, spiking];

/**
 * Judges what full collections left in use over the time a thread was watched. Pure: the same input gives the same verdict.
 *
 * `growing` says that memory rises steadily and has not slowed down, no more: a cache that is still filling looks the same.
 * `not-growing` is not "no leak": a leak too slow for the time watched looks the same. `too-short` says what would be enough.
 * Points may come in any order; those that are not numbers are left out. Never throws.
 */
export function judgeGrowth(input: GrowthInput): GrowthVerdict {
  const evidence = prepare(input);
  for (const detector of detectors) {
    const verdict = detector(evidence);
    if (verdict !== null) return verdict;
  }
  return settled(evidence);
}
