import type { Milliseconds } from '../../kernel/units.ts';
import type { Census } from './census.ts';
import type { CohortClock } from './cohort-clock.ts';
import { keepsEnough } from './enough.ts';
import { weigh } from './evidence.ts';
import { goesOn } from './going-on.ts';
import type { Passing } from './peel.ts';
import type { Cell, Place } from './place.ts';
import type { Failing } from './rules.ts';
import { failingRule, isSpread } from './rules.ts';
import { oldEnough, Spans } from './span.ts';

/** A finding is a suspect after so many passing polls in a row. */
const pollsToSuspect = 2;
/**
 * A suspect is a leak when it still passes at this many times the time that it took to suspect it. On the recordings 1.4 calls three filling caches
 * leaks, 1.5–1.6 none to two (by the share of start-up), 1.75 and more none; each step costs two seconds and two to three of the slowest leaks.
 */
const leakAfter = 1.75;
/** A line of jobs that grows may be a swing of the load, or chance: it takes a poll more, and must have lasted longer. */
const pollsToSuspectBacklog = 3;
const backlogAfter = 1.8;
/** A large program that loads its modules one by one looks like one that loads them over and over. */
const loadedAfter = 2;
/** What comes in bursts is suspected late, after three of them, and proven by their number. */
const burstsAfter = 1.5;
/** With less than this share of its survivors left it is proven anew: what is left of them is another finding. */
const mostShrunk = 0.6;
/** By then it must have grown by this factor, what is left of a cache that filled has not: by its survivors, which later are others where a place releases, or by all that its function keeps. */
const leastGrownSince = 1.2;
const leastGrownFunction = 1.35;
/** And must have passed at this share of the polls since. */
const leastPassed = 0.6;
/** So many polls in a row without passing close it. */
const missesToClose = 3;
/** Those at which it could not be judged do not count, up to so many: it was seen to release, and what it made since is too young to tell. */
const mostWaits = 15;
const leastStaying = 0.2;
/** Another function takes a finding's place when it made this share of its samples at least. */
const leastCommon = 0.3;
const mostIncidents = 32;

/** Where the proof of a suspect starts from. */
interface Basis {
  readonly tMs: Milliseconds;
  /** When what it is judged by began to be made: the first poll, or later where a leak began later. */
  readonly originMs: Milliseconds;
  /** How long it had been judged by then: without what was too young to be. */
  readonly judgedMs: Milliseconds;
  readonly survivors: number;
  /** Whether it is proven as a line that outgrows who empties it. */
  readonly outgrows: boolean;
  readonly inBursts: boolean;
}

/** One place that was found to leak, from the first poll at which it passed until it closed. */
export interface Incident {
  level: 'candidate' | 'suspect' | 'leak';
  readonly firstMs: Milliseconds;
  suspectMs: Milliseconds | null;
  leakMs: Milliseconds | null;
  /** Polls since it is suspected, and those of them at which it passed. */
  polls: number;
  passes: number;
  /** Passing polls in a row, and polls without passing in a row; at some of these it could not be judged. */
  streak: number;
  misses: number;
  waits: number;
  /** From when on it is being proven: anew when most of its survivors went, for what is left is another finding. */
  since: Basis;
  /** As it was when it last passed. */
  last: Passing;
  closed: { readonly tMs: Milliseconds; readonly failing: Failing | 'gone' } | null;
}

function opened(passing: Passing, tMs: Milliseconds): Incident {
  return {
    level: 'candidate',
    firstMs: tMs,
    suspectMs: null,
    leakMs: null,
    polls: 0,
    passes: 0,
    streak: 0,
    misses: 0,
    waits: 0,
    since: { tMs, originMs: tMs, judgedMs: 0, survivors: 0, outgrows: passing.outgrows, inBursts: false },
    last: passing,
    closed: null,
  };
}

/** Findings over time: each opens once, rises from suspect to leak, and closes itself. */
export class Incidents {
  readonly #census: Census;
  #all: Incident[] = [];
  #originMs: Milliseconds | null = null;

  constructor(census: Census) {
    this.#census = census;
  }

  /** All that were suspected, open and closed, in the order in which they were first seen. */
  get all(): readonly Incident[] {
    return this.#all.filter((incident) => incident.level !== 'candidate');
  }

  apply(passing: readonly Passing[], tMs: Milliseconds): void {
    this.#originMs ??= tMs;
    const hit = new Set<Incident>();
    for (const found of passing) {
      const incident = this.#match(found, hit) ?? this.#open(found, tMs);
      if (!isConfirmedBy(incident, found)) continue;
      hit.add(incident);
      incident.last = found;
    }
    for (const incident of this.#all) {
      if (incident.closed === null) this.#step(incident, hit.has(incident), tMs);
    }
    this.#all = this.#all.filter((incident) => incident.level !== 'candidate' || incident.closed === null);
    if (this.#all.length > mostIncidents) this.#forget();
  }

  /** The same function; else one that is blamed for mostly the same samples. */
  #match(found: Passing, hit: ReadonlySet<Incident>): Incident | undefined {
    const open = this.#all.filter((incident) => incident.closed === null && !hit.has(incident));
    return (
      open.find((incident) => incident.last.blame.frame === found.blame.frame) ??
      open.find((incident) => overlaps(incident.last, found))
    );
  }

  #open(found: Passing, tMs: Milliseconds): Incident {
    const made = opened(found, tMs);
    this.#all.push(made);
    return made;
  }

  #step(incident: Incident, passes: boolean, tMs: Milliseconds): void {
    this.#count(incident, passes);
    if (incident.level === 'candidate' && incident.streak >= pollsFor(incident)) {
      incident.level = 'suspect';
      incident.suspectMs = tMs;
      incident.since = this.#basis(incident.last, tMs);
    } else if (incident.level === 'suspect' && this.#isAnother(incident)) {
      incident.since = this.#basis(incident.last, tMs);
    } else if (incident.level === 'suspect' && passes && this.#isProven(incident, tMs)) {
      incident.level = 'leak';
      incident.leakMs = tMs;
    }
    const patience = incident.level === 'candidate' ? 1 : missesToClose;
    if (incident.misses - incident.waits >= patience) incident.closed = { tMs, failing: this.#failing(incident.last.place) };
  }

  #count(incident: Incident, passes: boolean): void {
    const isSuspected = incident.level !== 'candidate';
    const waits = !passes && isSuspected && incident.waits < mostWaits && this.#isTooYoung(incident);
    incident.streak = passes ? incident.streak + 1 : 0;
    incident.misses = passes ? 0 : incident.misses + 1;
    incident.waits = passes ? 0 : incident.waits + Number(waits);
    if (!isSuspected || waits) return;
    incident.polls += 1;
    incident.passes += Number(passes);
  }

  #basis({ place, samples, fromMs, outgrows, evidence }: Passing, tMs: Milliseconds): Basis {
    const originMs = fromMs ?? this.#originMs ?? tMs;
    const judgedMs = tMs - originMs - (outgrows ? 0 : this.#waitingMs(place));
    return { tMs, originMs, judgedMs, survivors: samples.length, outgrows, inBursts: !isSpread(evidence) };
  }

  /** What was made at the place in so much of the time up to now is too young to be judged, because it is known to release: beside the latest poll. */
  #waitingMs(place: Place): Milliseconds {
    const { clock } = this.#census;
    const latest = clock.cohorts[clock.newest - 1]?.toMs ?? 0;
    return latest - (clock.cohorts[oldEnough(clock, place.releaseAge)]?.toMs ?? 0);
  }

  #isProven({ since, polls, passes, last }: Incident, tMs: Milliseconds): boolean {
    const { clock } = this.#census;
    const judgedMs = tMs - since.originMs - (last.outgrows ? 0 : this.#waitingMs(last.place));
    return (
      judgedMs >= patienceFor(last, since) * since.judgedMs &&
      passes >= leastPassed * polls &&
      this.#hasGrown(since, last) &&
      keepsEnough(last.evidence, this.#census.heapUsedBytes) &&
      goesOn(last.place, last.evidence, clock)
    );
  }

  #hasGrown(since: Basis, { samples, place }: Passing): boolean {
    return samples.length >= leastGrownSince * since.survivors || this.#growthSince(since, place) >= leastGrownFunction;
  }

  /** How many times as much has come to stand at the function of a place as had then: at all its places, for an optimized function has others than before. */
  #growthSince({ tMs, originMs }: Basis, place: Place): number {
    const { clock, routes } = this.#census;
    const everywhere = routes.functionOf(place);
    const before = everywhere.standingAt(at(clock, originMs));
    return (everywhere.standingAt(clock.newest) - before) / Math.max(1, everywhere.standingAt(at(clock, tMs)) - before);
  }

  /** Most of its survivors went, or it is held for a leak for another reason. */
  #isAnother({ since, last }: Incident): boolean {
    const wentMostly = last.samples.length < mostShrunk * since.survivors && this.#growthSince(since, last.place) < 1;
    return wentMostly || last.outgrows !== since.outgrows;
  }

  /** Its place was seen to release, but not all, and of what is old enough there is too little to tell whether it stays. */
  #isTooYoung({ last: { place } }: Incident): boolean {
    if (place.releaseAge === 0 || isReleased(place, this.#census.clock)) return false;
    return ['gone', 'few-cohorts'].includes(this.#failing(place));
  }

  /** What the place fails by now. */
  #failing(place: Place): Failing | 'gone' {
    const { clock } = this.#census;
    const spans = new Spans(clock);
    const span = spans.of(spans.starts[0] ?? 1, place.releaseAge);
    return span === null ? 'gone' : (failingRule(weigh(place, span, clock.newest, clock.poll)) ?? 'gone');
  }

  /** The oldest closed one goes first. */
  #forget(): void {
    const index = this.#all.findIndex((incident) => incident.closed !== null);
    this.#all.splice(Math.max(0, index), 1);
  }
}

/** What survives for good for some polls may be let go of in turn at others: that says something else, unless it no longer survives. */
function isConfirmedBy({ last, misses }: Incident, found: Passing): boolean {
  return found.outgrows === last.outgrows || last.outgrows || misses >= missesToClose - 1;
}

function pollsFor({ last }: Incident): number {
  return last.outgrows ? pollsToSuspectBacklog : pollsToSuspect;
}

/** How many times the time that it took to suspect it. */
function patienceFor({ outgrows, evidence, concentration }: Passing, { inBursts }: Basis): number {
  if (outgrows) return backlogAfter;
  if (concentration === 'loaded') return loadedAfter;
  return inBursts && !isSpread(evidence) ? burstsAfter : leakAfter;
}

/** The cohort that had just ended. */
function at(clock: CohortClock, tMs: Milliseconds): number {
  return Math.max(
    0,
    clock.cohorts.findLastIndex(({ toMs }) => toMs <= tMs),
  );
}

/** Of what came to be as old as that which was released, next to nothing stays. */
function isReleased({ cells, releaseAge }: Place, clock: CohortClock): boolean {
  const old = cells.filter(({ cohort }) => cohort > 0 && clock.age(cohort) >= releaseAge);
  const [born, now] = [sumOf(old, (cell) => Math.max(cell.born, cell.now)), sumOf(old, (cell) => cell.now)];
  return now < leastStaying * born;
}

function sumOf(cells: readonly Cell[], value: (cell: Cell) => number): number {
  return cells.reduce((sum, cell) => sum + value(cell), 0);
}

/** A few of its samples, of another function that it called, are not what it is. */
function overlaps(a: Passing, b: Passing): boolean {
  const common = b.samples.filter(({ route }) => a.place.routes.has(route.id)).length;
  return common >= 0.5 * b.samples.length && a.samples.length >= 0.5 * common && common >= leastCommon * a.samples.length;
}
