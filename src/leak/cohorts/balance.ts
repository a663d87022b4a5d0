import type { Bytes } from '../../kernel/units.ts';
import type { SurvivorPoll, SurvivorSeries } from '../survivors.ts';

/** What one cohort's time says of all places, and of what was never sampled: it was there before sampling began, or nobody's code made it. */
export interface Turnover {
  /** Births less deaths. */
  readonly netBytes: Bytes;
  /** How much more that is than the heap has grown: so much else went. Below 0: came. */
  readonly goneBytes: Bytes;
  /** Variance of both: each sample stands for about so many objects, by chance more or fewer. */
  readonly variance: number;
}

const none: Turnover = { netBytes: 0, goneBytes: 0, variance: 0 };

export function joinedTurnover(first: Turnover, second: Turnover): Turnover {
  return {
    netBytes: first.netBytes + second.netBytes,
    goneBytes: first.goneBytes + second.goneBytes,
    variance: first.variance + second.variance,
  };
}

/** Compares poll by poll what was sampled with how the heap has grown. */
export class Balance {
  readonly #intervalBytes: Bytes;
  readonly #bytes = new Map<number, Bytes>();
  #heapBytes: Bytes | null = null;

  constructor({ intervalBytes }: Pick<SurvivorSeries, 'intervalBytes'>) {
    this.#intervalBytes = intervalBytes;
  }

  /** What happened since the poll before. */
  add({ born, died, heapUsedBytes }: SurvivorPoll): Turnover {
    const came = born.reduce((sum, sample) => sum + this.#birth(sample), 0);
    const went = died.reduce((sum, ordinal) => sum + this.#death(ordinal), 0);
    const before = this.#heapBytes;
    this.#heapBytes = heapUsedBytes;
    if (before === null) return none;
    const netBytes = came - went;
    return { netBytes, goneBytes: netBytes - (heapUsedBytes - before), variance: this.#intervalBytes * (came + went) };
  }

  #birth({ ordinal, bytes }: { readonly ordinal: number; readonly bytes: Bytes }): Bytes {
    if (this.#bytes.has(ordinal)) return 0;
    this.#bytes.set(ordinal, bytes);
    return bytes;
  }

  #death(ordinal: number): Bytes {
    const bytes = this.#bytes.get(ordinal) ?? 0;
    this.#bytes.delete(ordinal);
    return bytes;
  }
}

/** Fewer cohorts have no outliers. */
const fewestToTrim = 5;
const outliers = 0.1;
const outskirts = 0.3;
const deviations = 2.5;

/** A mean without such a share at each end. */
function trimmedMean(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const off = sorted.length < fewestToTrim ? 0 : Math.ceil(share * sorted.length);
  const kept = sorted.slice(off, sorted.length - off);
  return kept.reduce((sum, value) => sum + value, 0) / Math.max(1, kept.length);
}

/** What goes steadily is in all of the cohorts and in the middle ones; what goes now and then, or for some polls, as code that V8 lets go of, is not. */
function steadily(values: readonly number[]): number {
  return Math.min(trimmedMean(values, outliers), trimmedMean(values, outskirts));
}

/** How much more there is of all that was made in some cohorts than of what it may have taken the place of: Infinity where nothing else went for certain. */
export function moreThanReplaced(cohorts: readonly Turnover[], bytes: Bytes): Bytes {
  const gone = steadily(cohorts.map(({ goneBytes }) => goneBytes)) * cohorts.length;
  const deviation = Math.sqrt(cohorts.reduce((sum, { variance }) => sum + variance, 0));
  if (!(gone > deviations * deviation)) return Infinity;
  const net = cohorts.reduce((sum, { netBytes }) => sum + netBytes, 0);
  return Math.max(net, bytes) - gone;
}
