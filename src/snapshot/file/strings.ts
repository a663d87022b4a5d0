import { BadSnapshot } from '../invalid.ts';

/** Receives the strings one after the other. */
export interface StringSink {
  /** String `index` begins at this byte of the file, behind its quote. Answers whether its text is wanted. */
  begin(index: number, offset: number): boolean;
  /** The text of a wanted string. */
  text(index: number, text: string): void;
  /** All have been read; the array's bracket stands at this byte of the file. */
  end(count: number, offset: number): void;
}

/** Of a wanted string so many bytes are kept; V8 cuts names far earlier. */
const maxKept = 65_536;
const quote = 34;
const backslash = 92;

/** The text of a JSON string without its quotes. What was cut in the middle of an escape loses that escape. */
export function decodeString(bytes: Buffer): string {
  const raw = bytes.toString('utf8');
  if (!raw.includes('\\')) return raw;
  for (let cut = 0; cut < 6; cut += 1) {
    try {
      const value: unknown = JSON.parse(`"${raw.slice(0, raw.length - cut)}"`);
      return String(value);
    } catch {
      // One character less.
    }
  }
  throw new BadSnapshot('a string has an escape that JSON does not know');
}

/** Reads an array of strings in pieces that may be cut anywhere. */
export class StringReader {
  readonly #sink: StringSink;
  #state: 'before' | 'inside' | 'behind' = 'before';
  #count = 0;
  #escaped = false;
  #kept: Buffer[] | undefined;
  #keptBytes = 0;
  #done = false;

  constructor(sink: StringSink) {
    this.#sink = sink;
  }

  get done(): boolean {
    return this.#done;
  }

  /** Reads on from `at` and answers where it stopped; `offset` is where the piece begins in the file. Throws {@link BadSnapshot}. */
  read(bytes: Buffer, at: number, offset: number): number {
    let next = at;
    while (next < bytes.length && !this.#done)
      next = this.#state === 'inside' ? this.#body(bytes, next) : this.#gap(bytes, next, offset);
    return next;
  }

  #gap(bytes: Buffer, at: number, offset: number): number {
    const byte = bytes[at];
    if (byte === quote && this.#state === 'before') {
      this.#kept = this.#sink.begin(this.#count, offset + at + 1) ? [] : undefined;
      this.#keptBytes = 0;
      this.#state = 'inside';
    } else if (byte === 44 && this.#state === 'behind') this.#state = 'before';
    else if (byte === 93 && (this.#state === 'behind' || this.#count === 0)) {
      this.#done = true;
      this.#sink.end(this.#count, offset + at);
    } else if (byte !== 10 && byte !== 32 && byte !== 13 && byte !== 9)
      throw new BadSnapshot('something else stands between strings');
    return at + 1;
  }

  #body(bytes: Buffer, at: number): number {
    let next = at;
    let escaped = this.#escaped;
    for (; next < bytes.length; next += 1) {
      const byte = bytes[next] as number;
      if (byte < 32) throw new BadSnapshot('a string has a character that must be escaped');
      if (escaped) escaped = false;
      else if (byte === backslash) escaped = true;
      else if (byte === quote) break;
    }
    this.#escaped = escaped;
    if (this.#kept !== undefined) this.#keep(bytes.subarray(at, next));
    if (next === bytes.length) return next;
    this.#finish();
    return next + 1;
  }

  #keep(piece: Buffer): void {
    const part = piece.subarray(0, maxKept - this.#keptBytes);
    if (part.length === 0) return;
    this.#keptBytes += part.length;
    // The piece's buffer is read into again.
    this.#kept?.push(Buffer.from(part));
  }

  #finish(): void {
    if (this.#kept !== undefined) this.#sink.text(this.#count, decodeString(Buffer.concat(this.#kept)));
    this.#kept = undefined;
    this.#count += 1;
    this.#state = 'behind';
  }
}
