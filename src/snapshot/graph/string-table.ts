import { closeSync, openSync, readSync } from 'node:fs';
import { asInvalid, isUnchanged } from '../file/scan-file.ts';
import type { FileMark } from '../file/scan-file.ts';
import { decodeString } from '../file/strings.ts';
import { BadSnapshot } from '../invalid.ts';

const perBlock = 65_536;
/** Of a longer string this much is read. */
const maxBytes = 1_024;
const maxCached = 50_000;

/** Where each string begins in the file. */
export class StringOffsets {
  readonly #blocks: Float64Array[] = [];
  #count = 0;
  #end = 0;

  get count(): number {
    return this.#count;
  }

  add(offset: number): void {
    const at = this.#count % perBlock;
    if (at === 0) this.#blocks.push(new Float64Array(perBlock));
    const block = this.#blocks.at(-1);
    if (block !== undefined) block[at] = offset;
    this.#count += 1;
  }

  /** The byte at which the array ends. */
  end(offset: number): void {
    this.#end = offset;
  }

  /** Where string `index` begins; behind the last one, where the array ends. */
  at(index: number): number {
    return index < this.#count ? (this.#blocks[Math.floor(index / perBlock)]?.[index % perBlock] ?? this.#end) : this.#end;
  }
}

/** The strings of a snapshot: they stay in the file, and are read when somebody asks. No descriptor is kept open. */
export class StringTable {
  readonly #mark: FileMark;
  readonly #offsets: StringOffsets;
  readonly #cache = new Map<number, string>();

  constructor(mark: FileMark, offsets: StringOffsets) {
    this.#mark = mark;
    this.#offsets = offsets;
  }

  get count(): number {
    return this.#offsets.count;
  }

  /** The string, of long ones the beginning. Throws WT_SNAPSHOT_INVALID when the file was changed or removed. */
  get(index: number): string {
    const known = this.#cache.get(index);
    if (known !== undefined) return known;
    this.load([index]);
    return this.#cache.get(index) ?? '';
  }

  /** Reads many at once: the file is opened once for all of them. */
  load(indices: Iterable<number>): void {
    const wanted = [...new Set(indices)].filter((index) => !this.#cache.has(index)).sort((a, b) => a - b);
    if (wanted.length === 0) return;
    if (this.#cache.size + wanted.length > maxCached) this.#cache.clear();
    try {
      if (!isUnchanged(this.#mark)) throw new BadSnapshot('it was changed or removed after it was read');
      this.#read(wanted);
    } catch (error) {
      throw asInvalid(this.#mark.path, error);
    }
  }

  #read(wanted: readonly number[]): void {
    const descriptor = openSync(this.#mark.path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(maxBytes);
      for (const index of wanted) {
        const offset = this.#offsets.at(index);
        const room = this.#offsets.at(index + 1) - offset;
        const read = readSync(descriptor, buffer, 0, Math.min(maxBytes, room), offset);
        this.#cache.set(index, decodeString(buffer.subarray(0, endOf(buffer, read))));
      }
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Where the string ends: at its quote, or where reading ended. */
function endOf(bytes: Buffer, length: number): number {
  for (let at = 0; at < length; at += 1) {
    if (bytes[at] === 92) at += 1;
    else if (bytes[at] === 34) return at;
  }
  return length;
}
