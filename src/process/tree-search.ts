import { ProcessTree } from '../kernel/processes/index.ts';
import type { KnownProcess, ProcessId, ProcessTable } from '../kernel/processes/index.ts';
import { markValue } from './marks.ts';

const nobody: ProcessId = { pid: 0, start: 0 };

/**
 * Finds the processes of one tree: by the mark in their environment, by descent from every process that was ever found, and by the
 * session of the first process. Of five ways to search that were tried on browsers, mark and descent together found everything.
 */
export class TreeSearch {
  readonly #table: ProcessTable;
  readonly #tree: ProcessTree;
  readonly #mark: string;
  #first = 0;

  constructor(table: ProcessTable, mark: string) {
    this.#table = table;
    this.#mark = mark;
    this.#tree = new ProcessTree(table, nobody);
  }

  /** The process that this one has started. */
  begin(first: ProcessId): void {
    this.#first = first.pid;
    this.#tree.adopt(first, 'started here');
  }

  adopt(id: ProcessId, proof: string): void {
    this.#tree.adopt(id, proof);
  }

  /** Adds what is of the session of this process: only while it lives, or right after its end, when its number cannot be another's yet. */
  addSession(leader: number): void {
    this.#tree.addSession(leader);
  }

  /** Looks through all processes of the machine: about 25 µs of CPU for each. */
  search(): readonly KnownProcess[] {
    this.#tree.addMarked(this.#mark, markValue);
    return this.follow();
  }

  /** Looks only at the known ones and their descendants: for steps between two searches. */
  follow(): readonly KnownProcess[] {
    this.#tree.poll();
    this.#tree.forgetGone();
    return this.#tree.alive();
  }

  /** Ended, not yet asked for their status; with the parents that they have now. */
  zombies(): readonly KnownProcess[] {
    return this.#tree.zombies().map((found) => ({ ...found, parent: this.#table.read(found.pid)?.parent ?? found.parent }));
  }

  /** Those of them that one of the tree has to ask, or Node: the others were adopted by the first process of the system. */
  unreaped(): readonly KnownProcess[] {
    const found = this.zombies();
    if (found.length === 0) return found;
    const parents = new Set(this.#tree.alive().map(({ pid }) => pid));
    // Where this process is the first of its container it adopts, too, but Node asks only for those that it has started.
    return found.filter(({ pid, parent }) => pid === this.#first || parents.has(parent));
  }

  get table(): ProcessTable {
    return this.#table;
  }
}
