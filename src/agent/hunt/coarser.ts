/** A sample costs about 7 µs of processor: more of them than this would take a share of it that shows. */
const mostPerSecond = 2_000;

/** What sampling goes on with. */
export interface Coarser {
  readonly intervalBytes: number;
  readonly why: string;
}

/**
 * A longer interval between samples for a program that allocates hundreds of megabytes a second; null where the present one will do, or where
 * the longest is reached. V8 cannot change it: what was sampled before is given up, which is why steps are large.
 */
export function coarser(samplesPerSecond: number, intervalBytes: number, mostBytes: number): Coarser | null {
  if (samplesPerSecond <= mostPerSecond || intervalBytes >= mostBytes) return null;
  const factor = samplesPerSecond > 2 * mostPerSecond ? 4 : 2;
  const next = Math.min(mostBytes, factor * intervalBytes);
  const often = `${Math.round(samplesPerSecond)} samples a second cost too much`;
  return { intervalBytes: next, why: `goes on with one sample per ${Math.round(next / 1024)} KiB: ${often}` };
}

/** Polls of a window, and how fast samples came between them. */
export class SamplePace {
  #tMs: number;
  #clock = 0;
  #before = 0;
  #latest = 0;
  polls = 0;

  constructor(tMs: number) {
    this.#tMs = tMs;
  }

  /** A poll; the clock is the number of the latest sample. */
  add(tMs: number, clock: number): void {
    this.polls += 1;
    this.#before = this.#latest;
    this.#latest = ((clock - this.#clock) * 1000) / Math.max(1, tMs - this.#tMs);
    [this.#tMs, this.#clock] = [tMs, clock];
  }

  /** Of the latest two times between polls the slower one: a burst does not count. 0 before the second poll. */
  get perSecond(): number {
    return Math.min(this.#before, this.#latest);
  }
}
