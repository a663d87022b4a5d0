/**
 * The highest value since any earlier moment. Only values that none after them has passed are kept, so that any number of
 * overlapping stretches costs no more than one.
 */
export class PeakWindow {
  /** Values fall and moments rise from first to last. */
  #entries: { readonly moment: number; readonly value: number }[] = [];

  add(moment: number, value: number): void {
    while ((this.#entries.at(-1)?.value ?? Infinity) <= value) this.#entries.pop();
    this.#entries.push({ moment, value });
  }

  /** The highest value at or after a moment; `-Infinity` when there is none. */
  since(moment: number): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.moment ?? Infinity) < moment) low = middle + 1;
      else high = middle;
    }
    return this.#entries[low]?.value ?? -Infinity;
  }

  /** Nothing before this moment will be asked for. */
  forget(before: number): void {
    const keep = this.#entries.findIndex((entry) => entry.moment >= before);
    if (keep > 0) this.#entries.splice(0, keep);
    if (keep === -1) this.#entries = [];
  }
}
