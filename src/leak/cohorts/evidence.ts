import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import type { Cohort, CohortClock } from './cohort-clock.ts';
import type { Cell, Place } from './place.ts';

/**
 * The first part of what was allocated is start-up: modules load, pools and compile caches fill. .15–.2 suspect the same runs; below .2 two seconds
 * earlier. What is judged may also begin at half and at three quarters: a leak that began late is not hidden by the clean time before it.
 */
const startUpShare = 0.18;
const laterStarts = [0.5, 0.75] as const;
/** A later start is taken only where there are so many cohorts after it: a phase of a program must not pass for a leak. */
const fewestAfterLaterStart = 12;
/** Nothing is expected of cohorts that are younger than this many times the place's release age. */
const releaseAgeFactor = 1.5;

/** The clock readings that what is judged may begin at: the first is the rule. */
export function startsOf(clock: CohortClock): readonly number[] {
  return [startUpShare, ...laterStarts].map((share) => clock.start + share * (clock.now - clock.start));
}

export function isEnoughAfterLaterStart({ cohorts }: CohortEvidence): boolean {
  return cohorts.length >= fewestAfterLaterStart;
}

/** The figures that the rules look at: of the cohorts of one place that are old enough to be judged. */
export interface CohortEvidence {
  /** Indices of these cohorts. */
  readonly cohorts: readonly number[];
  /** Samples that live, and the bytes that they stand for. */
  readonly survivors: number;
  readonly bytes: Bytes;
  /** How many of them lived when the place's release age was over, or one poll after birth. */
  readonly settled: number;
  /** Cohorts with a survivor, and how many would have one if the survivors were born at a steady pace. */
  readonly occupied: number;
  readonly occupiedIfSteady: number;
  /** Survivors of the first and the second half, and their number for each sample taken: by the clock of allocation. */
  readonly early: number;
  readonly late: number;
  readonly earlyRate: number;
  readonly lateRate: number;
  /** Survivors of the first and second half and of the last 30 %, by time. */
  readonly firstHalf: number;
  readonly secondHalf: number;
  readonly lastPart: number;
  /** Of the last polls: what came to stay, and what went that had stayed. */
  readonly gained: number;
  readonly lost: number;
  /** Samples that live of cohorts too young to be judged, and how many there would be at the pace of the judged ones. */
  readonly young: number;
  readonly youngIfSteady: number;
  /** The time that these cohorts span. */
  readonly spanMs: Milliseconds;
}

/** Cohorts after start-up, older than what the place is known to release, and not the newest: it has yet to be seen again. */
export function judgedCohorts(place: Place, clock: CohortClock, fromClock: number): readonly number[] {
  const youngest = releaseAgeFactor * place.releaseAge;
  const found: number[] = [];
  for (let index = 1; index < clock.newest; index += 1) {
    const cohort = clock.cohorts[index];
    if (cohort === undefined || cohort.toClock < fromClock) continue;
    if (place.releaseAge > 0 && clock.age(index) < youngest) continue;
    found.push(index);
  }
  return found;
}

/** Halves by the clock of allocation, with the samples taken in each. */
class Halves {
  early = 0;
  late = 0;
  #earlyWidth = 0;
  #lateWidth = 0;
  readonly #widths: number[] = [];
  readonly #middle: number;

  constructor(first: Cohort, last: Cohort) {
    this.#middle = (first.fromClock + last.toClock) / 2;
  }

  add(cohort: Cohort, count: number): void {
    const width = Math.max(1, cohort.toClock - cohort.fromClock);
    this.#widths.push(width);
    if ((cohort.fromClock + cohort.toClock) / 2 <= this.#middle) {
      this.early += count;
      this.#earlyWidth += width;
    } else {
      this.late += count;
      this.#lateWidth += width;
    }
  }

  /** Of a Poisson process of this pace: the longer a cohort, the more likely it has a survivor. */
  occupiedIfSteady(): number {
    const { pace } = this;
    return this.#widths.reduce((sum, width) => sum + 1 - Math.exp(-pace * width), 0);
  }

  get pace(): number {
    return (this.early + this.late) / (this.#earlyWidth + this.#lateWidth);
  }

  get earlyRate(): number {
    return this.early / this.#earlyWidth;
  }

  get lateRate(): number {
    return this.late / this.#lateWidth;
  }
}

/** The same by time. */
class Parts {
  firstHalf = 0;
  secondHalf = 0;
  lastPart = 0;
  readonly #first: Cohort;
  readonly spanMs: Milliseconds;

  constructor(first: Cohort, last: Cohort) {
    this.#first = first;
    this.spanMs = last.toMs - first.fromMs;
  }

  add(cohort: Cohort, count: number): void {
    const share = (cohort.toMs - this.#first.fromMs) / Math.max(1, this.spanMs);
    if (share <= 0.5) this.firstHalf += count;
    else this.secondHalf += count;
    if (share > 0.7) this.lastPart += count;
  }
}

/** What lives of the cohorts after the last judged one; the newest was never seen again. */
function youngOf(place: Place, last: number, newest: number): number {
  return place.cells.reduce((sum, { cohort, now }) => sum + (cohort > last && cohort < newest ? now : 0), 0);
}

interface Tally {
  readonly halves: Halves;
  readonly parts: Parts;
  readonly counts: Pick<CohortEvidence, 'survivors' | 'bytes' | 'settled' | 'occupied'>;
}

function tallyOf(place: Place, cohorts: ReadonlyMap<number, Cohort>, first: Cohort, last: Cohort): Tally {
  const cells = new Map<number, Cell>(place.cells.map((cell) => [cell.cohort, cell]));
  const [halves, parts] = [new Halves(first, last), new Parts(first, last)];
  const counts = { survivors: 0, bytes: 0, settled: 0, occupied: 0 };
  for (const [index, cohort] of cohorts) {
    const { now = 0, bytes = 0, settled = 0 } = cells.get(index) ?? {};
    halves.add(cohort, now);
    parts.add(cohort, now);
    counts.survivors += now;
    counts.bytes += bytes;
    counts.settled += Math.max(now, settled);
    if (now > 0) counts.occupied += 1;
  }
  return { halves, parts, counts };
}

/** Null when there is no cohort to judge by. */
export function weigh(place: Place, clock: CohortClock, fromClock: number): CohortEvidence | null {
  const judged = judgedCohorts(place, clock, fromClock);
  const cohorts = new Map(
    judged.map((index) => [index, clock.cohorts[index]]).filter((entry): entry is [number, Cohort] => entry[1] !== undefined),
  );
  const [first, last] = [cohorts.get(judged[0] ?? -1), cohorts.get(judged.at(-1) ?? -1)];
  if (first === undefined || last === undefined) return null;
  const { halves, parts, counts } = tallyOf(place, cohorts, first, last);
  const end = clock.cohorts[clock.newest - 1]?.toClock ?? last.toClock;
  return {
    cohorts: judged,
    ...counts,
    occupiedIfSteady: halves.occupiedIfSteady(),
    young: youngOf(place, judged.at(-1) ?? 0, clock.newest),
    youngIfSteady: halves.pace * (end - last.toClock),
    early: halves.early,
    late: halves.late,
    earlyRate: halves.earlyRate,
    lateRate: halves.lateRate,
    firstHalf: parts.firstHalf,
    secondHalf: parts.secondHalf,
    lastPart: parts.lastPart,
    spanMs: parts.spanMs,
    ...place.flow,
  };
}
