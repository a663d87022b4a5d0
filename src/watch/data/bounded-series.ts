/** A series in time of at most `max` entries: when it is full every second one but the last goes. */
export class BoundedSeries<T> {
  readonly #max: number;
  #entries: T[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  push(entry: T): void {
    if (this.#entries.length >= this.#max) this.#entries = this.#entries.filter((_, index) => index % 2 === 0);
    this.#entries.push(entry);
  }

  get entries(): readonly T[] {
    return this.#entries;
  }

  get last(): T | undefined {
    return this.#entries.at(-1);
  }
}
