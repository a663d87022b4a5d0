import type { CohortEvidence } from './evidence.ts';

/** Why a place does not leak. */
export type Failing = 'few-cohorts' | 'few-survivors' | 'released' | 'saturates' | 'burst' | 'full' | 'stopped' | 'replaces';

interface Rule {
  readonly failing: Failing;
  readonly holds: (evidence: CohortEvidence) => boolean;
}

/** Figures from the recordings: within the ranges given the results over 84 runs move by 2 of 42 at most (docs/decisions/010). */
const fewestCohorts = 4;
/** 6–12. */
const fewestSurvivors = 8;
/** .7–.9: of what lived one poll after its birth, this share lives still. */
const leastRetained = 0.8;
/** .5–.65: a cache that fills slows down. */
const leastLateRate = 0.5;
/** What old cohorts have left, against new ones: if they die slowly, the old have less. */
const leastEarlyRate = 0.4;
const leastInHalf = 2;
/** .5–.7: of the cohorts that would have a survivor at a steady pace. */
const leastOccupied = 0.6;
const fewestBursts = 3;
const mostLost = 0.5;
const fewestLost = 2;
const leastSecondHalf = 0.35;
const leastLastPart = 0.1;
/** As a share of what survives. */
const leastMore = 0.3;
/** Of a place that is known to release, only old cohorts are judged: the young ones must still come. */
const leastYoung = 0.35;

function hasEnoughCohorts({ span }: CohortEvidence): boolean {
  return span.count >= fewestCohorts;
}

function hasEnoughSurvivors({ survivors, earlyRate, lateRate }: CohortEvidence): boolean {
  return survivors >= fewestSurvivors && Number.isFinite(earlyRate) && Number.isFinite(lateRate);
}

function isRetained({ survivors, settled, earlyRate, lateRate }: CohortEvidence): boolean {
  return survivors >= leastRetained * settled && earlyRate >= leastEarlyRate * lateRate;
}

function goesOnByAllocation({ earlyRate, lateRate, early, late }: CohortEvidence): boolean {
  return lateRate >= leastLateRate * earlyRate && early >= leastInHalf && late >= leastInHalf;
}

/** Steady: spread over the cohorts, not born in a few of them. */
export function isSpread({ occupied, occupiedIfSteady }: CohortEvidence): boolean {
  return occupied >= leastOccupied * occupiedIfSteady;
}

/** Or in bursts that come again and again. */
function comesAgain(evidence: CohortEvidence): boolean {
  return isSpread(evidence) || evidence.regularBursts >= fewestBursts;
}

function goesOnByTime({ firstHalf, secondHalf, lastPart, survivors, young, youngIfSteady }: CohortEvidence): boolean {
  if (young < leastYoung * youngIfSteady) return false;
  return secondHalf >= leastSecondHalf * firstHalf && lastPart >= Math.max(1, leastLastPart * survivors);
}

/** A cache that is full takes one in and lets one go: found one or two polls after it filled, long before cohorts are gone. */
function goesOnByBalance({ gained, lost }: CohortEvidence): boolean {
  return lost < fewestLost || lost <= mostLost * gained;
}

/** What is made takes the place of what was there before sampling began, and went unseen: of a large table that is renewed slowly. The heap does not grow. */
function isMore({ bytes, span }: CohortEvidence): boolean {
  return span.moreThanReplaced(bytes) >= leastMore * bytes;
}

/** All must hold; the first that does not says why. */
const rules: readonly Rule[] = [
  { failing: 'few-cohorts', holds: hasEnoughCohorts },
  { failing: 'few-survivors', holds: hasEnoughSurvivors },
  { failing: 'released', holds: isRetained },
  { failing: 'saturates', holds: goesOnByAllocation },
  { failing: 'full', holds: goesOnByBalance },
  { failing: 'stopped', holds: goesOnByTime },
  { failing: 'burst', holds: comesAgain },
  { failing: 'replaces', holds: isMore },
];

/** Whether what is made at a place survives, cohort by cohort, steadily and still: `null`, or the first rule that fails. */
export function failingRule(evidence: CohortEvidence): Failing | null {
  return rules.find((rule) => !rule.holds(evidence))?.failing ?? null;
}
