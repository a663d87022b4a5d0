const maxBuckets = 256;

/** How a count went over time, in at most 256 steps: when they are used up, two become one. */
export class CountHistory {
  #bucketMs = 250;
  #deltas: number[] = [];

  add(tMs: number, delta: number): void {
    const at = Math.max(0, tMs);
    while (at / this.#bucketMs >= maxBuckets) this.#coarsen();
    const index = Math.floor(at / this.#bucketMs);
    while (this.#deltas.length <= index) this.#deltas.push(0);
    this.#deltas[index] = (this.#deltas[index] ?? 0) + delta;
  }

  /** The count at this time; changes in the same step are counted as having happened. */
  at(tMs: number): number {
    const last = Math.min(this.#deltas.length - 1, Math.floor(tMs / this.#bucketMs));
    let sum = 0;
    for (let index = 0; index <= last; index += 1) sum += this.#deltas[index] ?? 0;
    return sum;
  }

  /** The count at the end of each step, from the first change on. */
  points(): readonly (readonly [tMs: number, count: number])[] {
    let sum = 0;
    return this.#deltas.map((delta, index) => {
      sum += delta;
      return [(index + 1) * this.#bucketMs, sum] as const;
    });
  }

  #coarsen(): void {
    const merged: number[] = [];
    for (let index = 0; index < this.#deltas.length; index += 2) {
      merged.push((this.#deltas[index] ?? 0) + (this.#deltas[index + 1] ?? 0));
    }
    this.#deltas = merged;
    this.#bucketMs *= 2;
  }
}
