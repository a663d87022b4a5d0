import type { Milliseconds } from '../../kernel/units.ts';
import type { Span } from './span.ts';

/** A burst has so many survivors: single ones that lie apart are chance. */
const fewestInBurst = 3;
/** One that brought more than this share of all survivors was a step. */
const mostInOne = 0.45;
/** From the begin of one to that of the next it takes this many times the middle distance at most. */
const mostLonger = 1.8;

/** What came at once: survivors of cohorts in a row. */
interface Burst {
  readonly fromMs: Milliseconds;
  last: number;
  count: number;
}

/** The survivors of a place, cohort by cohort, as bursts with silence between them. */
export class Bursts {
  readonly #span: Span;
  readonly #all: Burst[] = [];

  constructor(span: Span) {
    this.#span = span;
  }

  /** Cohorts by time. */
  add(cohort: number, count: number): void {
    const last = this.#all.at(-1);
    if (last?.last === cohort - 1) Object.assign(last, { last: cohort, count: last.count + count });
    else this.#all.push({ fromMs: this.#span.beginOf(cohort), last: cohort, count });
  }

  /** How many there are, if they come again and again at about the same distance and none of them makes up most; else 0. */
  get regular(): number {
    const total = this.#all.reduce((sum, { count }) => sum + count, 0);
    const isEven = this.#all.every(({ count }) => count >= fewestInBurst && count <= mostInOne * total);
    const distances = this.#all.slice(1).map(({ fromMs }, at) => fromMs - (this.#all[at]?.fromMs ?? 0));
    const sinceLast = this.#span.toMs - (this.#all.at(-1)?.fromMs ?? 0);
    const longest = mostLonger * (distances.toSorted((a, b) => a - b)[distances.length >> 1] ?? 0);
    return isEven && [...distances, sinceLast].every((distance) => distance <= longest) ? this.#all.length : 0;
  }
}
