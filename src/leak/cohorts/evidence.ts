import type { Bytes } from '../../kernel/units.ts';
import { Bursts } from './bursts.ts';
import type { Place } from './place.ts';
import type { Span } from './span.ts';

/** A later start is taken only where there are so many cohorts after it: a phase of a program must not pass for a leak. */
const fewestAfterLaterStart = 12;

/** The figures that the rules look at: of the cohorts of one place that are old enough to be judged. */
export class CohortEvidence {
  readonly span: Span;
  readonly #place: Place;
  /** Samples that live, and the bytes that they stand for. */
  survivors = 0;
  bytes: Bytes = 0;
  /** How many of them lived when the place's release age was over, or one poll after birth. */
  settled = 0;
  /** Cohorts with a survivor. */
  occupied = 0;
  /** Survivors of the first and the second half: by the clock of allocation. */
  early = 0;
  late = 0;
  /** Survivors of the first and second half and of the last 30 %, by time. */
  firstHalf = 0;
  secondHalf = 0;
  lastPart = 0;
  /** Samples that live of cohorts too young to be judged. */
  young = 0;
  /** Of the last polls: what came to stay, and what went that had stayed. */
  readonly gained: number;
  readonly lost: number;

  constructor(place: Place, span: Span, poll: number) {
    this.span = span;
    this.#place = place;
    const { gained, lost } = place.flowAt(poll);
    this.gained = gained;
    this.lost = lost;
  }

  /** How often it came in bursts that are like each other, as of the present poll; 0: it did not. */
  get regularBursts(): number {
    const bursts = new Bursts(this.span);
    for (const { cohort, now } of this.#place.cells)
      if (now > 0 && cohort >= this.span.from && cohort <= this.span.to) bursts.add(cohort, now);
    return bursts.regular;
  }

  /** Survivors for each sample taken. */
  get earlyRate(): number {
    return this.early / this.span.earlyWidth;
  }

  get lateRate(): number {
    return this.late / this.span.lateWidth;
  }

  get pace(): number {
    return this.survivors / (this.span.earlyWidth + this.span.lateWidth);
  }

  /** How many cohorts would have a survivor if they were born at a steady pace. */
  get occupiedIfSteady(): number {
    return this.span.filledAt(this.pace);
  }

  /** How many young ones there would be at the pace of the judged ones. */
  get youngIfSteady(): number {
    return this.pace * this.span.youngWidth;
  }

  isEnoughAfterLaterStart(): boolean {
    return this.span.count >= fewestAfterLaterStart;
  }

  /** Counts the survivors of one judged cohort. */
  add(cohort: number, now: number, bytes: Bytes): void {
    this.survivors += now;
    this.bytes += bytes;
    this.occupied += 1;
    if (this.span.isEarly(cohort)) this.early += now;
    else this.late += now;
    const share = this.span.shareAt(cohort);
    if (share <= 0.5) this.firstHalf += now;
    else this.secondHalf += now;
    if (share > 0.7) this.lastPart += now;
  }
}

/** Weighs what became of the samples of a place. `newest` is the cohort that was never seen again. */
export function weigh(place: Place, span: Span, newest: number, poll: number): CohortEvidence {
  const evidence = new CohortEvidence(place, span, poll);
  for (const { cohort, now, bytes, settled } of place.cells) {
    if (cohort < span.from || cohort >= newest) continue;
    if (cohort > span.to) evidence.young += now;
    else {
      evidence.settled += Math.max(now, settled);
      if (now > 0) evidence.add(cohort, now, bytes);
    }
  }
  return evidence;
}
