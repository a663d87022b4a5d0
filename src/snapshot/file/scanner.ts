import { BadSnapshot } from '../invalid.ts';
import type { Layout } from './layout.ts';
import { readLayout } from './layout.ts';
import type { RowSink } from './numbers.ts';
import { NumberReader } from './numbers.ts';
import { SkipReader } from './skip.ts';
import type { StringSink } from './strings.ts';
import { StringReader } from './strings.ts';

/** Who receives which part of a file; what nobody receives is passed over. */
export interface Sinks {
  readonly nodes: RowSink;
  readonly edges?: RowSink;
  readonly locations?: RowSink;
  readonly strings?: StringSink;
}

/** Reads one array, in pieces. */
interface SectionReader {
  readonly done: boolean;
  /** Answers where it stopped: behind the array, or at the end of the piece. `offset` is where the piece begins in the file. */
  read(bytes: Buffer, at: number, offset: number): number;
}

const noStrings: StringSink = { begin: () => false, text: () => undefined, end: () => undefined };
const longestHead = 1_048_576;
const longestKey = 4_096;
const opening = 91;
const ending = 125;

/** Reads a snapshot in pieces that may be cut anywhere. `start` is called once the head is known. */
export class Scanner {
  readonly #fileBytes: number;
  readonly #start: (layout: Layout) => Sinks;
  readonly #seen = new Set<string>();
  #state: 'head' | 'between' | 'section' | 'done' = 'head';
  #reader: SectionReader = new SkipReader();
  #sinks: Sinks | undefined;
  #text = '';
  #name = 'head';
  #offset = 0;

  constructor(fileBytes: number, start: (layout: Layout) => Sinks) {
    this.#fileBytes = fileBytes;
    this.#start = start;
  }

  /** Throws {@link BadSnapshot}. */
  feed(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      try {
        at = this.#step(bytes, at);
      } catch (error) {
        if (!(error instanceof BadSnapshot) || this.#state === 'head') throw error;
        throw new BadSnapshot(`it is damaged: ${error.message} (section "${this.#name}", near byte ${this.#offset + at})`);
      }
    }
    this.#offset += bytes.length;
  }

  /** To be called at the end of the file. Throws {@link BadSnapshot} unless all of it was there. */
  end(): void {
    if (this.#offset === 0) throw new BadSnapshot('it is empty');
    if (this.#state === 'head') throw new BadSnapshot('it is no heap snapshot, or was cut off in its head');
    if (this.#state !== 'done') throw new BadSnapshot(`it was cut off after ${this.#offset} bytes, in section "${this.#name}"`);
  }

  #step(bytes: Buffer, at: number): number {
    if (this.#state === 'section') return this.#section(bytes, at);
    if (this.#state === 'between') return this.#between(bytes, at);
    return this.#state === 'head' ? this.#head(bytes, at) : this.#rest(bytes, at);
  }

  #section(bytes: Buffer, at: number): number {
    const next = this.#reader.read(bytes, at, this.#offset);
    if (this.#reader.done) this.#state = 'between';
    return next;
  }

  #head(bytes: Buffer, at: number): number {
    const had = this.#text.length;
    this.#text += bytes.toString('latin1', at, Math.min(bytes.length, at + longestHead));
    if (had === 0 && !/^\s*\{/.test(this.#text)) throw new BadSnapshot('it is no heap snapshot: it does not begin with {');
    const found = /,\s*"nodes"\s*:\s*\[/.exec(this.#text);
    if (found === null) {
      if (this.#text.length >= longestHead) throw new BadSnapshot('it is no heap snapshot: no nodes were found behind its head');
      return bytes.length;
    }
    this.#sinks = this.#start(readLayout(`${this.#text.slice(0, found.index)}}`, this.#fileBytes));
    this.#text = '';
    this.#open('nodes');
    return at + found.index + found[0].length - had;
  }

  /** The name of the next section, or the end of all. */
  #between(bytes: Buffer, at: number): number {
    const bracket = bytes.indexOf(opening, at);
    const stop = bracket < 0 ? bytes.length : bracket;
    this.#text += bytes.toString('latin1', at, Math.min(stop, at + longestKey));
    if (/^\s*\}/.test(this.#text)) return this.#finish(bytes, at);
    const name = /^\s*,\s*"(\w+)"\s*:\s*$/.exec(this.#text)?.[1];
    if (this.#text.length >= longestKey || (bracket >= 0 && name === undefined))
      throw new BadSnapshot('something else stands between sections');
    if (name === undefined || bracket < 0) return bytes.length;
    this.#text = '';
    this.#open(name);
    return bracket + 1;
  }

  #open(name: string): void {
    if (this.#seen.has('strings') || this.#seen.has(name)) throw new BadSnapshot(`section "${name}" is not where it belongs`);
    if (name === 'strings' && !this.#seen.has('edges')) throw new BadSnapshot('it has no edges');
    this.#seen.add(name);
    this.#name = name;
    this.#state = 'section';
    this.#reader = this.#readerOf(name);
  }

  #readerOf(name: string): SectionReader {
    if (name === 'strings') return new StringReader(this.#sinks?.strings ?? noStrings);
    const rows = this.#rowsOf(name);
    return rows === undefined ? new SkipReader() : new NumberReader(rows);
  }

  #rowsOf(name: string): RowSink | undefined {
    if (name === 'nodes') return this.#sinks?.nodes;
    if (name === 'edges') return this.#sinks?.edges;
    return name === 'locations' ? this.#sinks?.locations : undefined;
  }

  #finish(bytes: Buffer, at: number): number {
    if (!this.#seen.has('strings')) throw new BadSnapshot('it has no strings');
    this.#state = 'done';
    this.#name = 'end';
    return bytes.indexOf(ending, at) + 1;
  }

  #rest(bytes: Buffer, at: number): number {
    if (!/^\s*$/.test(bytes.toString('latin1', at))) throw new BadSnapshot('something stands behind its end');
    return bytes.length;
  }
}
