import type { LiveSample } from './heap-session.ts';

/** Keys are `ordinal × 2²⁰ + index`: sorting them sorts by ordinal and keeps the way back to the sample. */
const indexes = 1_048_576;

/** What changed in the set of samples that live. */
export interface Change {
  /** Indexes into the samples of those that are new, by ordinal. */
  readonly born: readonly number[];
  /** Ordinals of those that were kept and live no more. */
  readonly died: readonly number[];
  readonly clock: number;
}

/** `restarted`: a sample changed its size, so these are other samples; `unclear`: the clock stands behind, which may be chance. */
export type Comparison = Change | 'restarted' | 'unclear';

/** The samples that lived at the last poll, by ordinal. Lives outside of the heap that is observed. */
export class Living {
  #ordinals = new Float64Array(0);
  #sizes = new Float64Array(0);
  #count = 0;
  #clock = 0;
  #unclear = 0;

  get count(): number {
    return this.#count;
  }

  get clock(): number {
    return this.#clock;
  }

  /** Compares with the samples that live now. Nothing is kept yet: see `keep`. */
  compare(samples: readonly LiveSample[]): Comparison {
    const keys = sortedKeys(samples);
    const clock = keys.length === 0 ? 0 : Math.floor((keys.at(-1) ?? 0) / indexes);
    if (clock < this.#clock) {
      this.#unclear += 1;
      return this.#unclear > 1 ? 'restarted' : 'unclear';
    }
    this.#unclear = 0;
    const change = this.#difference(samples, keys);
    return change === undefined ? 'restarted' : { ...change, clock };
  }

  #difference(samples: readonly LiveSample[], keys: Float64Array): Pick<Change, 'born' | 'died'> | undefined {
    const born: number[] = [];
    const died: number[] = [];
    let at = 0;
    for (const key of keys) {
      const index = key % indexes;
      const ordinal = (key - index) / indexes;
      for (; at < this.#count && (this.#ordinals[at] ?? 0) < ordinal; at += 1) died.push(this.#ordinals[at] ?? 0);
      if (at < this.#count && this.#ordinals[at] === ordinal) {
        if (this.#sizes[at] !== samples[index]?.size) return undefined;
        at += 1;
      } else if (ordinal > this.#clock) born.push(index);
    }
    for (; at < this.#count; at += 1) died.push(this.#ordinals[at] ?? 0);
    return { born, died };
  }

  /** Takes the change over: `kept` are the indexes of those born that count. */
  keep(samples: readonly LiveSample[], change: Change, kept: readonly number[]): void {
    this.#drop(change.died);
    this.#reserve(this.#count + kept.length);
    for (const index of kept) {
      const sample = samples[index];
      if (sample === undefined) continue;
      this.#ordinals[this.#count] = sample.ordinal;
      this.#sizes[this.#count] = sample.size;
      this.#count += 1;
    }
    this.#clock = change.clock;
  }

  #drop(died: readonly number[]): void {
    let next = 0;
    let kept = 0;
    for (let at = 0; at < this.#count; at += 1) {
      const ordinal = this.#ordinals[at] ?? 0;
      if (ordinal === died[next]) next += 1;
      else {
        this.#ordinals[kept] = ordinal;
        this.#sizes[kept] = this.#sizes[at] ?? 0;
        kept += 1;
      }
    }
    this.#count = kept;
  }

  #reserve(count: number): void {
    if (count <= this.#ordinals.length) return;
    const ordinals = new Float64Array(Math.max(1024, count * 1.5));
    const sizes = new Float64Array(ordinals.length);
    ordinals.set(this.#ordinals);
    sizes.set(this.#sizes);
    this.#ordinals = ordinals;
    this.#sizes = sizes;
  }
}

function sortedKeys(samples: readonly LiveSample[]): Float64Array {
  const keys = new Float64Array(Math.min(samples.length, indexes));
  for (let at = 0; at < keys.length; at += 1) keys[at] = (samples[at]?.ordinal ?? 0) * indexes + at;
  return keys.sort();
}
