import type { Bytes } from '../../kernel/units.ts';
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

/** So many polls back it is looked at what came and what went. */
const flowPolls = 3;

/** What came to stay between two polls, and what went that had stayed. */
interface Flow {
  readonly gained: number;
  readonly lost: number;
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
  #cells: Cell[] = [];
  #flows: Flow[] = [];
  #lost = 0;

  constructor(kind: Place['kind'], frame: number) {
    this.kind = kind;
    this.frame = frame;
  }

  /** By cohort, oldest first; cohorts without samples are not there. */
  get cells(): readonly Cell[] {
    return this.#cells;
  }

  add(cohort: number, bytes: Bytes): void {
    this.live += 1;
    let cell = this.#cells.at(-1);
    if (cell === undefined || cell.cohort !== cohort) {
      cell = { cohort, now: 0, bytes: 0, born: 0, settled: 0, halved: false };
      this.#cells.push(cell);
    }
    cell.now += 1;
    cell.bytes += bytes;
  }

  /** What came to stay in the last polls, and what went of that which had stayed before. */
  get flow(): Flow {
    const gained = this.#flows.reduce((sum, each) => sum + each.gained, 0);
    return { gained, lost: this.#flows.reduce((sum, each) => sum + each.lost, 0) };
  }

  remove(cohort: number, bytes: Bytes, clock: CohortClock): void {
    const cell = this.#cells.findLast((each) => each.cohort === cohort);
    if (cell === undefined) return;
    if (cohort < clock.newest - 1 && clock.age(cohort) > 1.5 * this.releaseAge) this.#lost += 1;
    this.live -= 1;
    cell.now -= 1;
    cell.bytes -= bytes;
  }

  /** After a poll: notes what lived one poll after its birth, and learns from what has gone. */
  settle(clock: CohortClock): void {
    const before = this.releaseAge;
    let gained = 0;
    for (let at = this.#cells.length - 1; at >= 0; at -= 1) {
      const cell = this.#cells[at];
      if (cell === undefined || (before === 0 && cell.cohort < clock.newest - 1)) break;
      if (cell.cohort === clock.newest - 1) gained = cell.born = cell.now;
      if (cell.cohort >= clock.newest - 1 || isYoung(cell, clock, before)) cell.settled = cell.now;
    }
    this.#flows.push({ gained, lost: this.#lost });
    if (this.#flows.length > flowPolls) this.#flows.shift();
    this.#lost = 0;
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
  }
}

/** At the poll before this one it was not yet as old as what was released. */
function isYoung(cell: Cell, clock: CohortClock, releaseAge: number): boolean {
  const previous = clock.cohorts[clock.newest - 1]?.toClock ?? 0;
  return previous - (clock.cohorts[cell.cohort]?.toClock ?? 0) < releaseAge;
}
