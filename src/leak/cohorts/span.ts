import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import { moreThanReplaced } from './balance.ts';
import type { CohortClock } from './cohort-clock.ts';

/** The cohorts from one to another, with what is the same for all places that are judged by them. */
export class Span {
  readonly from: number;
  readonly to: number;
  /** The time that they span, and when they begin. */
  readonly spanMs: Milliseconds;
  readonly fromMs: Milliseconds;
  /** Samples that were taken in each half, and in the young cohorts after it. */
  readonly earlyWidth: number;
  readonly lateWidth: number;
  readonly youngWidth: number;
  readonly #clock: CohortClock;
  readonly #middle: number;

  constructor(clock: CohortClock, from: number, to: number) {
    this.#clock = clock;
    this.from = from;
    this.to = to;
    const { cohorts } = clock;
    const [first, last] = [cohorts[from], cohorts[to]];
    this.fromMs = first?.fromMs ?? 0;
    this.spanMs = (last?.toMs ?? 0) - this.fromMs;
    this.#middle = ((first?.fromClock ?? 0) + (last?.toClock ?? 0)) / 2;
    let [early, late] = [0, 0];
    for (let index = from; index <= to; index += 1) {
      if (this.isEarly(index)) early += this.#width(index);
      else late += this.#width(index);
    }
    this.earlyWidth = early;
    this.lateWidth = late;
    this.youngWidth = (cohorts[clock.newest - 1]?.toClock ?? 0) - (last?.toClock ?? 0);
  }

  get count(): number {
    return Math.max(0, this.to - this.from + 1);
  }

  get cohorts(): readonly number[] {
    return Array.from({ length: this.count }, (_, index) => this.from + index);
  }

  /** In the first half, by the clock of allocation. */
  isEarly(index: number): boolean {
    const cohort = this.#clock.cohorts[index];
    return cohort !== undefined && (cohort.fromClock + cohort.toClock) / 2 <= this.#middle;
  }

  get toMs(): Milliseconds {
    return this.fromMs + this.spanMs;
  }

  beginOf(index: number): Milliseconds {
    return this.#clock.cohorts[index]?.fromMs ?? 0;
  }

  /** How much of the time had gone when a cohort ended, 0 to 1. */
  shareAt(index: number): number {
    return ((this.#clock.cohorts[index]?.toMs ?? 0) - this.fromMs) / Math.max(1, this.spanMs);
  }

  /** How much more has come since it began than went of what was never sampled, for a place of which so many bytes survive. */
  moreThanReplaced(bytes: Bytes): Bytes {
    const turnover = this.#clock.cohorts.slice(this.from).map((cohort) => cohort.turnover);
    return moreThanReplaced(turnover, bytes);
  }

  /** How many cohorts a Poisson process of this pace would fill: the longer a cohort, the more likely it has a survivor. */
  filledAt(pace: number): number {
    let sum = 0;
    for (let index = this.from; index <= this.to; index += 1) sum += 1 - Math.exp(-pace * this.#width(index));
    return sum;
  }

  #width(index: number): number {
    const cohort = this.#clock.cohorts[index];
    return cohort === undefined ? 0 : Math.max(1, cohort.toClock - cohort.fromClock);
  }
}

/** Nothing is expected of cohorts that are younger than this many times the place's release age. */
const releaseAgeFactor = 1.25;

/** The youngest cohort that can be judged: not the newest, and older than what is known to be released. -1 when there is none. */
export function oldEnough(clock: CohortClock, releaseAge: number): number {
  let index = clock.newest - 1;
  if (releaseAge > 0) while (index >= 0 && clock.age(index) < releaseAgeFactor * releaseAge) index -= 1;
  return index;
}

/**
 * The first part of what was allocated is start-up: modules load, pools and compile caches fill. .15–.2 suspect the same runs; below .2 two seconds
 * earlier. What is judged may also begin at half and at three quarters: a leak that began late is not hidden by the clean time before it.
 */
const startShares = [0.18, 0.5, 0.75] as const;

/** The spans of one poll: each is made once, however many places are judged by it. */
export class Spans {
  readonly clock: CohortClock;
  /** First cohorts that what is judged may begin with: the first is the rule. */
  readonly starts: readonly number[];
  readonly #made = new Map<number, Span>();

  constructor(clock: CohortClock) {
    this.clock = clock;
    this.starts = startShares.map((share) => Math.max(1, clock.indexOf(clock.start + share * (clock.now - clock.start))));
  }

  /** From a start to the last cohort that is old enough: not the newest, and older than what is known to be released. Null when there is none. */
  of(start: number, releaseAge: number): Span | null {
    const { clock } = this;
    const to = oldEnough(clock, releaseAge);
    if (to < start) return null;
    const key = start * 1_000 + to;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = new Span(clock, start, to);
    this.#made.set(key, made);
    return made;
  }
}
