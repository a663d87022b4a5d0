import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dataFileSuffix } from '../../wire/index.ts';
import { FileTail } from './file-tail.ts';
import type { ThreadData } from './thread-data.ts';

export interface UnreadableFile {
  readonly file: string;
  readonly why: string;
}

/** Follows all data files of a run directory. */
export class RunTail {
  readonly directory: string;
  readonly #files = new Map<string, FileTail>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Reads what is new in all files; files that came since are found. */
  poll(): void {
    for (const name of this.#names()) {
      if (!this.#files.has(name)) this.#files.set(name, new FileTail(join(this.directory, name)));
    }
    for (const file of this.#files.values()) file.poll();
  }

  get threads(): readonly ThreadData[] {
    return [...this.#files.values()].flatMap((file) => file.thread ?? []);
  }

  get unreadable(): readonly UnreadableFile[] {
    return [...this.#files].flatMap(([name, file]) => (file.problem === undefined ? [] : [{ file: name, why: file.problem }]));
  }

  /** Milliseconds since the epoch of the last write to any of the files; 0 when there are none. */
  get lastWriteMs(): number {
    return Math.max(0, ...[...this.#files.values()].map((file) => file.lastWriteMs));
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.directory).filter((name) => name.endsWith(dataFileSuffix));
    } catch {
      return [];
    }
  }
}
