/** A sample costs about 7 µs of processor: more of them than this would take a share of it that shows. */
const mostPerSecond = 2_000;
/** What a program allocates while it starts is not what it goes on with: a quarter of it is expected. */
const startDivisor = 4;
/** One that lives takes 3 µs of each poll: more of them than this would make its pause long. */
const mostLiving = 20_000;
/** In the first polls there is little to give up. At the second one it shows how many there will be when a leak is proven: so many polls later. */
const mostLivingAtFirst = 6_000;
const firstPolls = 2;
const pollsToProve = 11;

/** What sampling goes on with. */
export interface Coarser {
  readonly intervalBytes: number;
  readonly why: string;
}

/** How many samples there are. */
export interface Samples {
  /** Of this window. */
  readonly polls: number;
  /** How fast they come. */
  readonly perSecond: number;
  /** How many of them live, and how many more than at the poll before. */
  readonly living: number;
  readonly grown: number;
}

/**
 * A longer interval between samples for a program that allocates very much, or holds very much; null where the present one will do, or where
 * the longest is reached. V8 cannot change it: what was sampled before is given up, which is why steps are large and most are taken early.
 */
export function coarser({ polls, perSecond, living, grown }: Samples, intervalBytes: number, mostBytes: number): Coarser | null {
  const often = perSecond / mostPerSecond;
  const early = polls <= firstPolls ? living / mostLivingAtFirst : 0;
  const many = Math.max(early, (living + (polls === firstPolls ? pollsToProve * grown : 0)) / mostLiving);
  if (Math.max(often, many) <= 1 || intervalBytes >= mostBytes) return null;
  const factor = 2 ** Math.ceil(Math.log2(Math.max(often, 2 * many)));
  const next = Math.min(mostBytes, factor * intervalBytes);
  const why =
    often > 1 ? `${Math.round(perSecond)} samples a second cost too much` : `${living} samples that live make each poll too long`;
  return { intervalBytes: next, why: `goes on with one sample per ${Math.round(next / 1024)} KiB: ${why}` };
}

/** Polls of a window, and how fast samples came between them. */
export class SamplePace implements Samples {
  #tMs: number;
  #clock = 0;
  #before = 0;
  #latest = 0;
  polls = 0;
  living = 0;
  grown = 0;

  constructor(tMs: number) {
    this.#tMs = tMs;
  }

  /** A poll; the clock is the number of the latest sample. */
  add(tMs: number, clock: number, living: number): void {
    this.polls += 1;
    this.grown = living - this.living;
    this.living = living;
    this.#before = this.#latest;
    this.#latest = ((clock - this.#clock) * 1000) / Math.max(1, tMs - this.#tMs);
    [this.#tMs, this.#clock] = [tMs, clock];
  }

  /** Of the latest two times between polls the slower one: a burst does not count. A quarter of the first time, which is none but a start. */
  get perSecond(): number {
    if (this.polls === 1) return this.#latest / startDivisor;
    return this.polls === 2 ? this.#latest : Math.min(this.#before, this.#latest);
  }
}
