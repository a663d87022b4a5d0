import type { Milliseconds } from '../../kernel/units.ts';
import type { Turnover } from './balance.ts';
import { joinedTurnover } from './balance.ts';

/** Samples that were born between two polls. The clock counts samples: it goes by allocated bytes, so that changes of load cancel out. */
export interface Cohort {
  readonly fromClock: number;
  /** The ordinal of the last sample that belongs to it. */
  readonly toClock: number;
  readonly fromMs: Milliseconds;
  readonly toMs: Milliseconds;
  /** Number of the poll that ended it, from 0. */
  readonly poll: number;
  readonly turnover: Turnover;
}

/** At most so many cohorts are told apart; then neighbours become one, so that a run of days costs what a run of minutes costs. */
export const mostCohorts = 64;
const cohortsAfterFold = 48;
/** The newest stay as they are: what their samples do in the next polls is still to be learned. */
const keptApart = 4;

/** What index each cohort has after neighbours were merged. */
export type Folding = readonly number[];

/** When cohorts began and ended. Cohort 0 is what was there at the first poll: start-up, never judged. */
export class CohortClock {
  #cohorts: Cohort[] = [];
  #polls = 0;

  get cohorts(): readonly Cohort[] {
    return this.#cohorts;
  }

  /** Index of the newest cohort; -1 before the first poll. */
  get newest(): number {
    return this.#cohorts.length - 1;
  }

  /** Number of the latest poll, from 0. */
  get poll(): number {
    return this.#polls - 1;
  }

  get now(): number {
    return this.#cohorts.at(-1)?.toClock ?? 0;
  }

  get start(): number {
    return this.#cohorts[0]?.toClock ?? 0;
  }

  /** How many samples were taken since a cohort ended. */
  age(cohort: number): number {
    return this.now - (this.#cohorts[cohort]?.toClock ?? 0);
  }

  /** A poll: what was born since the one before is the newest cohort. */
  tick(clock: number, tMs: Milliseconds, turnover: Turnover): void {
    const last = this.#cohorts.at(-1);
    const toClock = Math.max(clock, last?.toClock ?? 0);
    const [fromClock, fromMs] = [last?.toClock ?? 0, last?.toMs ?? tMs];
    this.#cohorts.push({ fromClock, toClock, fromMs, toMs: tMs, poll: this.#polls, turnover });
    this.#polls += 1;
  }

  /** The cohort that a sample was born in. */
  indexOf(ordinal: number): number {
    let [low, high] = [0, this.newest];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cohorts[middle]?.toClock ?? 0) >= ordinal) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Merges neighbours when there are too many: those that are shortest together, so that all come to be about as long. Answers where each cohort went, `null` when nothing changed. */
  fold(): Folding | null {
    if (this.#cohorts.length <= mostCohorts) return null;
    const groups: Group[] = this.#cohorts.map((cohort, index) => ({ cohort, members: [index] }));
    while (groups.length > cohortsAfterFold) {
      const at = shortestPair(groups);
      const [first, second] = [groups[at], groups[at + 1]];
      if (first === undefined || second === undefined) break;
      groups.splice(at, 2, { cohort: joined(first.cohort, second.cohort), members: [...first.members, ...second.members] });
    }
    this.#cohorts = groups.map(({ cohort }) => cohort);
    return groups.flatMap(({ members }, index) => members.map(() => index));
  }
}

interface Group {
  readonly cohort: Cohort;
  /** Indices before the fold. */
  readonly members: readonly number[];
}

function joined(first: Cohort, second: Cohort): Cohort {
  const turnover = joinedTurnover(first.turnover, second.turnover);
  return { ...first, toClock: second.toClock, toMs: second.toMs, poll: second.poll, turnover };
}

/** Start-up and the newest cohorts stay as they are. */
function shortestPair(groups: readonly Group[]): number {
  let best = 1;
  let least = Infinity;
  for (let at = 1; at + 1 < groups.length - keptApart; at += 1) {
    const length = (groups[at + 1]?.cohort.toClock ?? 0) - (groups[at]?.cohort.fromClock ?? 0);
    if (length < least) [best, least] = [at, length];
  }
  return best;
}
