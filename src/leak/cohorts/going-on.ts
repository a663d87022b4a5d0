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

const none = { fromMs: 0, toMs: 0, fromClock: 0, toClock: 0 };

/** Too few expected by time tell nothing; enough of those expected by allocation tell that it goes on. */
function isEnough(born: number, { byTime, byClock }: { readonly byTime: number; readonly byClock: number }): boolean {
  const goesOnByClock = byClock >= fewestExpected && born >= leastBornByClock * byClock;
  return byTime < fewestExpected || born >= leastBorn * byTime || goesOnByClock;
}

/**
 * Whether births go on to this day, at the pace of what survived: in no stretch that reaches up to now are there much fewer than there should be. What
 * was filled a moment ago still passes all rules. By time, or by allocation where enough of it says so: whoever does nothing proves nothing.
 */
export function goesOn(place: Place, evidence: CohortEvidence, clock: CohortClock): boolean {
  if (!isSpread(evidence)) return evidence.regularBursts >= burstsToProve;
  const { survivors, span, pace } = evidence;
  const alive = new Map(place.cells.map(({ cohort, now }) => [cohort, now]));
  let [born, ms, samples] = [0, 0, 0];
  for (let index = clock.newest; index >= span.from && ms < tailShare * span.spanMs; index -= 1) {
    const { fromMs, toMs, fromClock, toClock } = clock.cohorts[index] ?? none;
    born += alive.get(index) ?? 0;
    ms += toMs - fromMs;
    samples += toClock - fromClock;
    const expected = { byTime: (survivors * ms) / Math.max(1, span.spanMs), byClock: pace * samples };
    if (!isEnough(born, expected)) return false;
  }
  return true;
}
