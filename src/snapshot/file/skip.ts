const opening = 91;
const closing = 93;

/** Passes over an array of numbers and of such arrays: there are no strings inside, so brackets balance. */
export class SkipReader {
  #depth = 1;

  get done(): boolean {
    return this.#depth === 0;
  }

  read(bytes: Buffer, at: number): number {
    let next = at;
    while (next < bytes.length && this.#depth > 0) {
      const close = bytes.indexOf(closing, next);
      const stop = close < 0 ? bytes.length : close;
      for (let open = bytes.indexOf(opening, next); open >= 0 && open < stop; open = bytes.indexOf(opening, open + 1))
        this.#depth += 1;
      if (close < 0) return bytes.length;
      this.#depth -= 1;
      next = close + 1;
    }
    return next;
  }
}
