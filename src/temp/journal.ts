import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { WatertightError } from '../kernel/errors.ts';
import { trouble } from './trouble.ts';
import type { JournalData, JournalEntry } from './journal-file.ts';
import { entryLine, parseJournal, removalLine } from './journal-file.ts';

/** What an owner holds outside its root, on disk before it is needed: whoever buries the owner reads it. */
export interface Journal {
  /** On disk (in the system's hands, not flushed) when it returns. The number is not given twice. Throws WT_NO_SPACE, WT_TEMP_UNAVAILABLE. */
  add(kind: string, data: JournalData): number;
  /** Nothing happens for a number that is not there. Never throws for a full disk: an entry too many is harmless. */
  remove(id: number): void;
  /** Every entry that is left stays in the file. */
  close(): void;
}

/** Removed entries in the file, beyond those that live, before it is written anew. */
const slack = 4_096;

export class FileJournal implements Journal {
  readonly path: string;
  readonly #header: string;
  readonly #live: Map<number, string> = new Map();
  #fd: number;
  #lines = 0;
  #next = 1;
  /** The last line was cut off by a full disk. */
  #torn = false;

  constructor(path: string, header: string) {
    this.path = path;
    this.#header = header;
    this.#fd = openSync(path, 'ax', 0o600);
    writeSync(this.#fd, header);
  }

  add(kind: string, data: JournalData): number {
    const id = this.#next;
    const line = entryLine({ id, kind, data });
    try {
      this.#write(line);
    } catch (error) {
      throw trouble('journal', `"${kind}" could not be written to ${this.path}`, error);
    }
    this.#next += 1;
    this.#live.set(id, line);
    return id;
  }

  remove(id: number): void {
    if (!this.#live.delete(id)) return;
    try {
      this.#write(removalLine(id));
      if (this.#lines > slack + 2 * this.#live.size) this.#rewrite(this.path);
    } catch {
      // A full disk: whoever reads the entry finds that what it names has gone.
    }
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  /** After somebody has removed the file: all that lives, once more. */
  restore(): void {
    this.#rewrite(this.path);
  }

  #write(line: string): void {
    if (this.#fd < 0) throw new WatertightError('WT_RELEASED', `the journal ${this.path} is closed`);
    const text = this.#torn ? `\n${line}` : line;
    this.#torn = true;
    const written = writeSync(this.#fd, text);
    if (written < Buffer.byteLength(text)) throw Object.assign(new Error('only a part fitted'), { code: 'ENOSPC' });
    this.#torn = false;
    this.#lines += 1;
  }

  /** A file of its own first, so that there is a whole journal at every moment. */
  #rewrite(path: string): void {
    const fresh = `${path}.new`;
    try {
      rmSync(fresh, { force: true });
      writeFileSync(fresh, this.#header + [...this.#live.values()].join(''), { mode: 0o600, flag: 'wx' });
      renameSync(fresh, path);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
    closeSync(this.#fd);
    this.#fd = openSync(path, 'a', 0o600);
    this.#lines = this.#live.size;
    this.#torn = false;
  }
}

/** The entries that were not removed, oldest first; none when there is no journal. Half a line at the end is left out. Never throws. */
export function readJournal(path: string): readonly JournalEntry[] {
  try {
    return parseJournal(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
}
