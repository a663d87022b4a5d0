import type { Milliseconds } from '../../kernel/units.ts';
import { chanceOfRise } from '../statistics.ts';
import type { CohortClock } from './cohort-clock.ts';
import type { Place } from './place.ts';
import type { Span } from './span.ts';

/** How many stood in the line when a cohort was the newest, without that cohort, and how long the oldest of them had. */
interface Standing {
  readonly tMs: Milliseconds;
  readonly clock: number;
  readonly count: number;
  readonly oldestAgeMs: Milliseconds;
}

const fewestPoints = 6;
const fewestStanding = 16;
/** Since the end of start-up the line has become so many times as long. */
const leastGrowth = 2;
const mostChance = 0.005;
/** Largest fall, as a share of the growth: a line that walks up and down falls. */
const mostFall = 0.1;
/** .35–.65: pace of the last third against the two before it: what lives for a bounded time slows down. */
const leastLatePace = 0.35;
/** Since the end of the first third the oldest have come to be so many times as old. What has a time to live comes to be no older than that. */
const leastOlder = 1.6;
/** First in, first out: of what is older than the oldest that stand, and of what is younger, this share at most is on the wrong side. */
const mostOutOfTurn = 0.15;
/** So much of what came has gone: a ring that has just filled looks the same until then. */
const leastGone = 0.1;

function standings(place: Place, span: Span, clock: CohortClock): readonly Standing[] {
  const found: Standing[] = [];
  for (let index = span.from; index <= clock.newest; index += 1) {
    const { fromMs, toMs, fromClock } = clock.cohorts[index] ?? { fromMs: 0, toMs: 0, fromClock: 0 };
    const oldestAgeMs = Math.max(0, toMs - place.oldestAt(index));
    found.push({ tMs: fromMs, clock: fromClock, count: place.standingAt(index), oldestAgeMs });
  }
  return found;
}

function hasGrown(first: number, last: number): boolean {
  return last >= Math.max(fewestStanding, leastGrowth * first);
}

function isSteadyRise(counts: readonly number[]): boolean {
  const [first, last] = [counts[0] ?? 0, counts.at(-1) ?? 0];
  let highest = -Infinity;
  const fall = Math.max(...counts.map((count) => (highest = Math.max(highest, count)) - count));
  return hasGrown(first, last) && fall <= mostFall * (last - first) && chanceOfRise(counts) < mostChance;
}

function pace(from: Standing, to: Standing, by: 'tMs' | 'clock'): number {
  return (to.count - from.count) / Math.max(1, to[by] - from[by]);
}

/** By time and by allocation: more load makes it faster by time, less load slower. */
function risesStill(first: Standing, third: Standing, last: Standing): boolean {
  const goesOn = (by: 'tMs' | 'clock'): boolean => pace(third, last, by) >= leastLatePace * pace(first, third, by);
  return goesOn('tMs') && goesOn('clock');
}

/** What came before the oldest that stand is gone, what came after them stands. */
function isInTurn(place: Place, clock: CohortClock): boolean {
  const oldestMs = place.oldestAt(clock.newest);
  let [outOfTurn, gone, all] = [0, 0, 0];
  for (const { cohort, born, now } of place.cells) {
    if (cohort === 0 || cohort >= clock.newest) continue;
    all += Math.max(born, now);
    gone += Math.max(0, born - now);
    outOfTurn += (clock.cohorts[cohort]?.fromMs ?? 0) < oldestMs ? now : Math.max(0, born - now);
  }
  return outOfTurn <= mostOutOfTurn * all && gone >= leastGone * all;
}

function atShare(all: readonly Standing[], share: number): Standing | undefined {
  const [first, last] = [all[0]?.tMs ?? 0, all.at(-1)?.tMs ?? 0];
  return all.findLast(({ tMs }) => tMs <= first + share * (last - first));
}

/**
 * Whether what is made at a place is let go of in turn, but slower than it comes: a line of jobs that is filled faster than it is emptied. The oldest go,
 * so no cohort survives for good; what stands there grows all the same, steadily and still, and so does the time that each stands there.
 */
export function outgrows(place: Place, span: Span, clock: CohortClock): boolean {
  if (place.releaseAge === 0 || !hasGrown(place.standingAt(span.from), place.standingAt(clock.newest))) return false;
  const all = standings(place, span, clock);
  const [first, early, third, last] = [all[0], atShare(all, 1 / 3), atShare(all, 2 / 3), all.at(-1)];
  if (all.length < fewestPoints || !first || !early || !third || !last) return false;
  return (
    isSteadyRise(all.map(({ count }) => count)) &&
    risesStill(first, third, last) &&
    last.oldestAgeMs >= leastOlder * early.oldestAgeMs &&
    isInTurn(place, clock)
  );
}
