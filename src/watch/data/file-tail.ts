import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';

import { isHeader, parseLine, wireVersion } from '../../wire/index.ts';
import { ThreadData } from './thread-data.ts';

const chunkBytes = 256 * 1024;
/** A line longer than this is no record of ours. */
const maxLineBytes = 1024 * 1024;

/** Follows one data file: reads what was appended since the last call, and starts over when the file was replaced or cut. */
export class FileTail {
  readonly path: string;
  #thread: ThreadData | undefined;
  #inode = -1;
  #offset = 0;
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #lines = 0;
  #problem: string | undefined;
  #lastWriteMs = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Undefined until its first line was read, and for good if that is none of ours. */
  get thread(): ThreadData | undefined {
    return this.#thread;
  }

  /** Why the file, or a part of it, cannot be read. */
  get problem(): string | undefined {
    const damaged = this.#thread?.unreadableLines ?? 0;
    if (this.#problem === undefined && damaged > 0) return `${damaged} of ${this.#lines} lines could not be read`;
    return this.#problem;
  }

  /** Milliseconds since the epoch of the last write to the file. */
  get lastWriteMs(): number {
    return this.#lastWriteMs;
  }

  /** Reads to the present end of the file. A file that has gone or cannot be opened leaves everything as it was. */
  poll(): void {
    let descriptor: number;
    try {
      descriptor = openSync(this.path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#problem = `cannot be opened: ${(error as Error).message}`;
      return;
    }
    try {
      this.#read(descriptor, fstatSync(descriptor));
    } catch (error) {
      this.#problem = `cannot be read: ${(error as Error).message}`;
    } finally {
      closeSync(descriptor);
    }
  }

  #read(descriptor: number, stat: Stats): void {
    if (!stat.isFile()) return;
    if (stat.ino !== this.#inode || stat.size < this.#offset) this.#startOver(stat.ino);
    this.#lastWriteMs = stat.mtimeMs;
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, stat.size - this.#offset)));
    while (this.#offset < stat.size) {
      const count = readSync(descriptor, buffer, 0, buffer.length, this.#offset);
      if (count === 0) return;
      this.#offset += count;
      this.#take(buffer.subarray(0, count));
    }
  }

  #startOver(inode: number): void {
    this.#inode = inode;
    this.#offset = 0;
    this.#partial = [];
    this.#partialBytes = 0;
    this.#lines = 0;
    this.#problem = undefined;
    this.#thread = undefined;
  }

  #take(bytes: Buffer): void {
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      this.#line(this.#join(bytes.subarray(from, end)));
      from = end + 1;
    }
    const rest = bytes.subarray(from);
    if (rest.length === 0 || this.#partialBytes > maxLineBytes) return;
    this.#partial.push(Buffer.from(rest));
    this.#partialBytes += rest.length;
  }

  #join(end: Buffer): string {
    const line = this.#partial.length === 0 ? end : Buffer.concat([...this.#partial, end]);
    this.#partial = [];
    this.#partialBytes = 0;
    return line.toString('utf8');
  }

  #line(line: string): void {
    this.#lines += 1;
    if (this.#problem !== undefined || line === '') return;
    const parsed = parseLine(line);
    if (this.#thread === undefined) this.#header(line, parsed);
    else if (parsed !== undefined && !isHeader(parsed)) this.#thread.apply(parsed);
    else if (!isForeignRecord(line)) this.#thread.unreadableLines += 1;
  }

  #header(line: string, parsed: ReturnType<typeof parseLine>): void {
    const version = versionOf(line);
    if (version !== undefined && version > wireVersion) {
      this.#problem = `was written by a newer version of watertight (data version ${version}); update watertight`;
    } else if (parsed !== undefined && isHeader(parsed)) this.#thread = new ThreadData(parsed);
    else this.#problem = 'does not begin as a data file of watertight does';
  }
}

/** Records of kinds that came later are skipped; they are no damage. */
function isForeignRecord(line: string): boolean {
  try {
    return Array.isArray(JSON.parse(line));
  } catch {
    return false;
  }
}

/** The version that a header names, also when the rest of it is not as this version knows it. */
function versionOf(line: string): number | undefined {
  try {
    const version: unknown = (JSON.parse(line) as { readonly wt?: unknown } | null)?.wt;
    return typeof version === 'number' ? version : undefined;
  } catch {
    return undefined;
  }
}
