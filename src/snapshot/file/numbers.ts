import { BadSnapshot } from '../invalid.ts';

/** Receives whole rows of numbers. */
export interface RowSink {
  /** Numbers in a row. */
  readonly width: number;
  /** `rows` rows stand at the beginning of `values`; they are gone after the call. */
  take(values: Float64Array, rows: number): void;
}

const rowsPerBatch = 4096;
const comma = 44;
const closing = 93;

/** What stands between two commas: nothing yet, a number, or a number and white space behind it. */
const before = 0;
const inside = 1;
const behind = 2;

function isSpace(byte: number): boolean {
  return byte === 10 || byte === 32 || byte === 13 || byte === 9;
}

/** Reads an array of whole numbers in pieces that may be cut anywhere. */
export class NumberReader {
  readonly #sink: RowSink;
  readonly #values: Float64Array;
  #length = 0;
  #value = 0;
  #state: number = before;
  #total = 0;
  #done = false;

  constructor(sink: RowSink) {
    this.#sink = sink;
    this.#values = new Float64Array(rowsPerBatch * sink.width);
  }

  /** Whether the closing bracket was read. */
  get done(): boolean {
    return this.#done;
  }

  /** Reads on from `at` and answers where it stopped: behind the closing bracket, or at the end of the piece. Throws {@link BadSnapshot}. */
  read(bytes: Uint8Array, at: number): number {
    // In locals: this loop sees every byte of the file.
    const values = this.#values;
    const capacity = values.length;
    const end = bytes.length;
    let length = this.#length;
    let next = this.#goOn(bytes, at);
    let value = this.#value;
    let state = this.#state;
    while (next < end) {
      const byte = bytes[next] as number;
      let digit = byte - 48;
      if (digit >= 0 && digit <= 9) {
        if (state !== before) throw new BadSnapshot('two numbers without a comma between them');
        value = digit;
        for (next += 1; next < end; next += 1) {
          digit = (bytes[next] as number) - 48;
          if (digit < 0 || digit > 9) break;
          value = value * 10 + digit;
        }
        state = inside;
        continue;
      }
      next += 1;
      if (byte === comma) {
        if (state === before) throw new BadSnapshot('a number is missing');
        values[length] = value;
        length += 1;
        state = before;
        if (length === capacity) length = this.#full();
      } else if (byte === closing) {
        this.#keep(length, value, state);
        this.#end();
        return next;
      } else if (!isSpace(byte)) throw new BadSnapshot(`${JSON.stringify(String.fromCharCode(byte))} stands among numbers`);
      else if (state === inside) state = behind;
    }
    this.#keep(length, value, state);
    return next;
  }

  /** A number that the last piece ended in goes on at the beginning of this one. */
  #goOn(bytes: Uint8Array, at: number): number {
    let next = at;
    for (; this.#state === inside && next < bytes.length; next += 1) {
      const digit = (bytes[next] as number) - 48;
      if (digit < 0 || digit > 9) break;
      this.#value = this.#value * 10 + digit;
    }
    return next;
  }

  #keep(length: number, value: number, state: number): void {
    this.#length = length;
    this.#value = value;
    this.#state = state;
  }

  /** Hands on a batch; answers how much of the next one is filled. */
  #full(): number {
    this.#sink.take(this.#values, rowsPerBatch);
    this.#total += this.#values.length;
    return 0;
  }

  #end(): void {
    if (this.#state !== before) {
      this.#values[this.#length] = this.#value;
      this.#length += 1;
    } else if (this.#length + this.#total > 0) throw new BadSnapshot('a number is missing');
    const { width } = this.#sink;
    if (this.#length % width !== 0) throw new BadSnapshot('the last row is not whole');
    this.#sink.take(this.#values, this.#length / width);
    this.#done = true;
  }
}
