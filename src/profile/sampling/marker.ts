const elements = 16_000;
const count = 3;
const headerBytes = 16;

/**
 * Something large of our own that lives during a poll: it is almost surely sampled, and the number of its sample tells how far the
 * numbers have come. Else the clock would stand still while a program allocates and everything dies.
 */
export class Marker {
  #pieces: readonly unknown[][] = [];

  /** What it takes of the heap now. */
  get bytes(): number {
    return this.#pieces.reduce((sum, { length }) => sum + length * 8 + headerBytes, 0);
  }

  place(): void {
    this.#pieces = Array.from({ length: count }, () => new Array(elements));
  }

  remove(): void {
    this.#pieces = [];
  }
}
