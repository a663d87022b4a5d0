import type { Blame, Concentration } from './blame.ts';
import { blame, concentration } from './blame.ts';
import type { Census, LivingSample } from './census.ts';
import type { Milliseconds } from '../../kernel/units.ts';
import type { CohortClock } from './cohort-clock.ts';
import type { CohortEvidence } from './evidence.ts';
import { weigh } from './evidence.ts';
import type { Place } from './place.ts';
import { Spans } from './span.ts';
import { outgrows } from './backlog.ts';
import { failingRule } from './rules.ts';

/** More places than this leaking at once are one another's cause. */
const mostFindings = 3;
const fewestSurvivors = 8;
/** So many places are looked at closely at one poll, the heaviest: after the first of them most are taken. */
const mostCandidates = 500;
/** What is left of a place, once heavier ones were taken off, must be this share of it to stand on its own. */
const leastLeft = 0.5;

interface Candidate {
  readonly place: Place;
  readonly evidence: CohortEvidence;
  /** Where what is judged begins, when that is later than the end of start-up. */
  readonly fromMs: Milliseconds | null;
  /** Its objects are let go of, but more come: nothing survives for good. */
  readonly outgrows: boolean;
}

/** Samples that were born in one stretch of time at a place, and how many of them live. */
export interface FindingCohort {
  readonly fromMs: Milliseconds;
  readonly toMs: Milliseconds;
  /** Lived one poll after their birth. */
  readonly born: number;
  readonly alive: number;
}

/** A place that passes all rules at one poll. */
export interface Passing extends Candidate {
  readonly samples: readonly LivingSample[];
  readonly concentration: Concentration;
  readonly blame: Blame;
  readonly cohorts: readonly FindingCohort[];
  /** Full collections that the oldest judged cohort lived through. */
  readonly collections: number;
}

/** By all that was allocated since start-up, or else since a later start. */
function survivingOf(place: Place, spans: Spans): Candidate | null {
  const { clock, starts } = spans;
  for (const [index, start] of starts.entries()) {
    const span = spans.of(start, place.releaseAge);
    if (span === null) return null;
    const evidence = weigh(place, span, clock.newest, clock.poll);
    if (index > 0 && !evidence.isEnoughAfterLaterStart()) return null;
    if (failingRule(evidence) === null) return { place, evidence, fromMs: index === 0 ? null : span.fromMs, outgrows: false };
  }
  return null;
}

function candidateOf(place: Place, spans: Spans): Candidate | null {
  const surviving = survivingOf(place, spans);
  if (surviving !== null || place.releaseAge === 0) return surviving;
  const { clock, starts } = spans;
  const span = spans.of(starts[0] ?? 1, 0);
  if (span === null || !outgrows(place, span, clock)) return null;
  return { place, evidence: weigh(place, span, clock.newest, clock.poll), fromMs: null, outgrows: true };
}

/** What survives for good comes before lines that grow: a part of a line may be such a place. */
function byWeight(a: Candidate, b: Candidate): number {
  return Number(a.outgrows) - Number(b.outgrows) || b.evidence.survivors - a.evidence.survivors;
}

function candidates({ clock, routes }: Census): readonly Candidate[] {
  const spans = new Spans(clock);
  const found: Candidate[] = [];
  for (const place of routes.places) {
    const candidate = place.live < fewestSurvivors ? null : candidateOf(place, spans);
    if (candidate !== null) found.push(candidate);
  }
  return found.sort(byWeight).slice(0, mostCandidates);
}

function isJudged(cohort: number, { span }: CohortEvidence): boolean {
  return cohort >= span.from && cohort <= span.to;
}

function historyOf({ place, evidence }: Candidate, clock: CohortClock): Pick<Passing, 'cohorts' | 'collections'> {
  const cells = new Map(place.cells.map((cell) => [cell.cohort, cell]));
  const first = clock.cohorts[evidence.span.from]?.poll ?? 0;
  return {
    collections: (clock.cohorts.at(-1)?.poll ?? first) - first,
    cohorts: evidence.span.cohorts.map((index) => {
      const [cohort, cell] = [clock.cohorts[index], cells.get(index)];
      const alive = cell?.now ?? 0;
      return { fromMs: cohort?.fromMs ?? 0, toMs: cohort?.toMs ?? 0, born: Math.max(alive, cell?.born ?? 0), alive };
    }),
  };
}

/** The places that leak at the present poll: the heaviest first; its routes are taken off, and what passes next must stand on the rest. */
export function peel(census: Census): readonly Passing[] {
  const found: Passing[] = [];
  const taken = new Set<number>();
  for (const candidate of candidates(census)) {
    const { place, evidence } = candidate;
    if (found.length >= mostFindings) break;
    if ([...place.routes].every((route) => taken.has(route))) continue;
    const living = census.living(place);
    const all = living.filter(({ ordinal }) => isJudged(census.clock.indexOf(ordinal), evidence));
    const samples = all.filter(({ route }) => !taken.has(route.id));
    if (samples.length < fewestSurvivors || samples.length < leastLeft * all.length) continue;
    for (const { route } of samples) taken.add(route.id);
    const by = concentration(samples, census.functions);
    if (by !== null)
      found.push({
        ...candidate,
        samples,
        concentration: by,
        blame: blame(samples, candidate.outgrows ? [...census.first(place), ...living] : living, census.functions),
        ...historyOf(candidate, census.clock),
      });
  }
  return found;
}
