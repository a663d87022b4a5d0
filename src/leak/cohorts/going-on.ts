import type { CohortClock } from './cohort-clock.ts';
import type { CohortEvidence } from './evidence.ts';
import type { Place } from './place.ts';
import { isSpread } from './rules.ts';

/** So much of the end of the time must show births, as a share of the judged time. */
const tailShare = 0.15;
/** Stretches in which a steady pace gives fewer survivors tell nothing. */
const fewestExpected = 5;
/** What comes in bursts must have come so many times: reports of which the last few are kept do, too. */
const burstsToProve = 6;
/** .25–.6 prove the same recordings: share of what a steady pace gives. */
const leastBorn = 0.3;
/** The same by what the program allocates, where the load fell: it does less, but goes on. */
const leastBornByClock = 0.5;

/**
 * Whether births go on to this day, at the pace of what survived: in no stretch that reaches up to now are there much fewer than there should be. What
 * was filled a moment ago still passes all rules. By time, or by allocation where enough of it says so: whoever does nothing proves nothing.
 */
export function goesOn(place: Place, evidence: CohortEvidence, clock: CohortClock): boolean {
  if (!isSpread(evidence)) return evidence.regularBursts >= burstsToProve;
  const { survivors, span } = evidence;
  const alive = new Map(place.cells.map(({ cohort, now }) => [cohort, now]));
  const width = span.earlyWidth + span.lateWidth;
  let [born, ms, samples] = [0, 0, 0];
  for (let index = clock.newest; index >= span.from && ms < tailShare * span.spanMs; index -= 1) {
    const cohort = clock.cohorts[index];
    born += alive.get(index) ?? 0;
    ms += (cohort?.toMs ?? 0) - (cohort?.fromMs ?? 0);
    samples += (cohort?.toClock ?? 0) - (cohort?.fromClock ?? 0);
    const expected = (survivors * ms) / Math.max(1, span.spanMs);
    const byClock = (survivors * samples) / Math.max(1, width);
    const goesOnByClock = byClock >= fewestExpected && born >= leastBornByClock * byClock;
    if (expected >= fewestExpected && born < leastBorn * expected && !goesOnByClock) return false;
  }
  return true;
}
