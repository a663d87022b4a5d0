import type { Bytes, Milliseconds } from '../../kernel/units.ts';
import type { CohortClock, Folding } from './cohort-clock.ts';

/** What became of the samples of one cohort that were made at one place. */
export interface Cell {
  cohort: number;
  /** Samples that live now, and the bytes that they stand for. */
  now: number;
  bytes: Bytes;
  /** How many lived one poll after their birth: what a passing call held is gone by then. */
  born: number;
  /** How many lived at the first poll at which the place's release age was over. */
  settled: number;
  /** More than half of it was seen to go: its age then was learned. */
  halved: boolean;
}

const mostFirst = 8;
/** So many polls back it is looked at what came and what went. */
const flowPolls = 3;

/** What came to stay between two polls, and what went that had stayed. */
interface Flow {
  gained: number;
  lost: number;
}

/** What lived when a cohort was the newest, without that cohort itself. */
interface Level {
  cohort: number;
  readonly live: number;
  /** When the oldest cohort began of which half lived. */
  readonly oldestMs: Milliseconds;
}

/** A cohort must have had this many samples for its end to teach anything. */
const leastToLearnFrom = 4;

/**
 * One place in the code under which allocations are counted: a path of calls from the outermost function, a function wherever it
 * was called from, or a function with the runtime's function that it called.
 */
export class Place {
  readonly kind: 'path' | 'function' | 'callee';
  /** Index of the function of the user's side; the innermost one of a path. */
  readonly frame: number;
  /** The routes that lead through it. */
  readonly routes: Set<number> = new Set();
  /** The largest age, by the clock of allocation, at which a cohort was seen to be released: a time to live, the life of a batch. 0: none was. */
  releaseAge = 0;
  live = 0;
  /** Routes of the first samples that were made here, alive or not: what they name is not yet hidden by inlining. */
  readonly first: number[] = [];
  #cells: Cell[] = [];
  /** By the number of the poll; polls in which nothing came or went are not there. */
  #flows: (Flow & { readonly poll: number })[] = [];
  /** By cohort; polls in which nothing came or went are not there. */
  #levels: Level[] = [];

  constructor(kind: Place['kind'], frame: number) {
    this.kind = kind;
    this.frame = frame;
  }

  /** By cohort, oldest first; cohorts without samples are not there. */
  get cells(): readonly Cell[] {
    return this.#cells;
  }

  add(cohort: number, bytes: Bytes, route: number): void {
    this.live += 1;
    if (this.first.length < mostFirst) this.first.push(route);
    let cell = this.#cells.at(-1);
    if (cell === undefined || cell.cohort !== cohort) {
      cell = { cohort, now: 0, bytes: 0, born: 0, settled: 0, halved: false };
      this.#cells.push(cell);
    }
    cell.now += 1;
    cell.bytes += bytes;
  }

  /** After a poll in which something came or went: notes what stands there. */
  note(clock: CohortClock): void {
    const { newest } = clock;
    const last = this.#cells.at(-1);
    const oldest = this.#cells.find(({ cohort, born, now }) => cohort > 0 && now > 0 && now >= 0.5 * born)?.cohort ?? newest;
    const live = this.live - (last?.cohort === newest ? last.now : 0);
    this.#levels.push({ cohort: newest, live, oldestMs: clock.cohorts[oldest]?.fromMs ?? 0 });
  }

  /** When the oldest cohort began of which half lived when a cohort was the newest. */
  oldestAt(cohort: number): Milliseconds {
    return this.#levels.findLast((each) => each.cohort <= cohort)?.oldestMs ?? 0;
  }

  /** What lived when a cohort was the newest, without that cohort itself. */
  standingAt(cohort: number): number {
    const level = this.#levels.findLast((each) => each.cohort <= cohort);
    if (level === undefined) return 0;
    if (level.cohort === cohort) return level.live;
    return level.live + (this.#cells.find((cell) => cell.cohort === level.cohort)?.born ?? 0);
  }

  /** What came to stay in the last polls up to this one, and what went of that which had stayed before. */
  flowAt(poll: number): Flow {
    const sum: Flow = { gained: 0, lost: 0 };
    for (const flow of this.#flows) {
      if (flow.poll <= poll - flowPolls) continue;
      sum.gained += flow.gained;
      sum.lost += flow.lost;
    }
    return sum;
  }

  remove(cohort: number, bytes: Bytes, clock: CohortClock): void {
    const cell = this.#cells.findLast((each) => each.cohort === cohort);
    if (cell === undefined) return;
    if (cohort < clock.newest - 1 && clock.age(cohort) > 1.5 * this.releaseAge) this.#flow(clock.poll).lost += 1;
    this.live -= 1;
    cell.now -= 1;
    cell.bytes -= bytes;
  }

  /** After a poll: notes what lived one poll after its birth, or when the release age was over. Asked of places with births in the poll before, and of those that release. */
  settle(clock: CohortClock): void {
    const before = this.releaseAge;
    for (let at = this.#cells.length - 1; at >= 0; at -= 1) {
      const cell = this.#cells[at];
      if (cell === undefined || (before === 0 && cell.cohort < clock.newest - 1)) break;
      if (cell.cohort === clock.newest - 1) {
        cell.born = cell.now;
        this.#flow(clock.poll).gained += cell.now;
      }
      if (cell.cohort >= clock.newest - 1 || isYoung(cell, clock, before)) cell.settled = cell.now;
    }
  }

  #flow(poll: number): Flow {
    const last = this.#flows.at(-1);
    if (last?.poll === poll) return last;
    const made = { poll, gained: 0, lost: 0 };
    this.#flows.push(made);
    if (this.#flows.length > flowPolls) this.#flows.shift();
    return made;
  }

  /** A cohort that lost half of its samples or more was released: its age is the place's release age, if none was older. */
  learn(clock: CohortClock): void {
    const before = this.releaseAge;
    for (const cell of this.#cells) {
      if (cell.halved || cell.cohort >= clock.newest - 1) continue;
      if (cell.born < leastToLearnFrom || cell.now > 0.5 * cell.born) continue;
      cell.halved = true;
      this.releaseAge = Math.max(this.releaseAge, clock.age(cell.cohort));
    }
    if (this.releaseAge > before) for (const cell of this.#cells) cell.settled = cell.now;
  }

  fold(folding: Folding): void {
    const merged: Cell[] = [];
    for (const cell of this.#cells) {
      cell.cohort = folding[cell.cohort] ?? 0;
      const before = merged.at(-1);
      if (before?.cohort !== cell.cohort) merged.push(cell);
      else {
        before.now += cell.now;
        before.bytes += cell.bytes;
        before.born += cell.born;
        before.settled += cell.settled;
        before.halved ||= cell.halved;
      }
    }
    this.#cells = merged;
    for (const level of this.#levels) level.cohort = folding[level.cohort] ?? 0;
    this.#levels = this.#levels.filter(({ cohort }, at) => cohort !== this.#levels[at + 1]?.cohort);
  }
}

/** At the poll before this one it was not yet as old as what was released. */
function isYoung(cell: Cell, clock: CohortClock, releaseAge: number): boolean {
  const previous = clock.cohorts[clock.newest - 1]?.toClock ?? 0;
  return previous - (clock.cohorts[cell.cohort]?.toClock ?? 0) < releaseAge;
}
