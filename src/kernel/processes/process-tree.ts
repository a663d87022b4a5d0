import type { ProcessId, ProcessTable } from './process-table.ts';
import { isRunning, isZombie, processKey } from './process-table.ts';

const maxKnown = 20_000;

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((argument, at) => argument === other[at]);
}

export interface KnownProcess extends ProcessId {
  readonly parent: number;
  readonly command: readonly string[];
  /** Seen once only, with the command of its parent: between fork and exec a child shows that, and it may have ended before it showed its own. */
  readonly mayBeParents: boolean;
  /** How we know that it is the program's. */
  readonly proof: string;
}

/**
 * The processes that a program has started, as far as they were seen: a process whose parent has died keeps no trace of it, unless it
 * carries a mark or is still of the session of a process that leads one.
 */
export class ProcessTree {
  readonly #table: ProcessTable;
  readonly #root: ProcessId;
  readonly #known = new Map<string, KnownProcess>();
  /** Keys of those that have not been seen to go. */
  readonly #open = new Set<string>();
  readonly #ignored: ReadonlySet<number>;

  /** `ignored` are processes of our own. */
  constructor(table: ProcessTable, root: ProcessId, ignored: ReadonlySet<number> = new Set()) {
    this.#table = table;
    this.#root = root;
    this.#ignored = ignored;
  }

  /** Walks down from the root and from every process seen before that still runs. */
  poll(): void {
    const queue = this.alive().map((process) => process.pid);
    if (isRunning(this.#table, this.#root)) queue.push(this.#root.pid);
    const visited = new Set<number>();
    for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
      if (visited.has(pid)) continue;
      visited.add(pid);
      for (const child of this.#table.childrenOf(pid)) if (this.#remember(child, pid)) queue.push(child);
    }
  }

  /** Adds a process that is known by other means. */
  adopt(id: ProcessId, proof: string): void {
    const state = this.#table.read(id.pid);
    if (state !== undefined && state.start === id.start) this.#add(id.pid, id.start, state.parent, proof);
  }

  /** Adds processes that carry the mark of the run, whoever their parents are now. */
  addMarked(name: string, value: string): void {
    for (const pid of this.#table.list()) {
      if (pid === process.pid || this.#table.carries(pid, name, value) !== true) continue;
      const state = this.#table.read(pid);
      if (state) this.#add(state.pid, state.start, state.parent, 'carries the mark of this run');
    }
  }

  /** Adds what is of the session of this leader, which must be proved to be the one that we mean, or to have ended just now. */
  addSession(leader: number): void {
    for (const pid of this.#table.list()) {
      if (pid === process.pid || this.#table.session(pid) !== leader) continue;
      const state = this.#table.read(pid);
      if (state) this.#add(state.pid, state.start, state.parent, `of the session of process ${leader}`);
    }
  }

  /** Those that still run, without the root. What has gone once is not looked at again. */
  alive(): readonly KnownProcess[] {
    return this.#present(isRunning);
  }

  /** Those that have ended, but that their parents have not asked for their status yet; without the root. */
  zombies(): readonly KnownProcess[] {
    return this.#present(isZombie);
  }

  /** Forgets what has gone, for trees that are long-lived. */
  forgetGone(): void {
    this.#present(isRunning);
    for (const key of this.#known.keys()) if (!this.#open.has(key)) this.#known.delete(key);
  }

  #present(is: (table: ProcessTable, id: ProcessId) => boolean): readonly KnownProcess[] {
    const found: KnownProcess[] = [];
    for (const key of this.#open) {
      const process = this.#known.get(key);
      if (process === undefined) continue;
      if (is(this.#table, process)) {
        if (process.pid !== this.#root.pid) found.push(process);
      } else if (!isRunning(this.#table, process) && !isZombie(this.#table, process)) this.#open.delete(key);
    }
    return found;
  }

  parents(): ReadonlyMap<number, number> {
    return new Map([...this.#known.values()].map((process) => [process.pid, process.parent]));
  }

  /** Every process that was seen, the root and those that have ended among them. */
  all(): readonly KnownProcess[] {
    return [...this.#known.values()];
  }

  #remember(pid: number, parent: number): boolean {
    if (pid === process.pid || this.#ignored.has(pid)) return false;
    const state = this.#table.read(pid);
    if (state === undefined) return false;
    this.#add(pid, state.start, parent, `descendant of process ${parent}`);
    return true;
  }

  #add(pid: number, start: number, parent: number, proof: string): void {
    if (this.#ignored.has(pid)) return;
    const key = processKey({ pid, start });
    const known = this.#known.get(key);
    // A command is read again: between fork and exec a child still shows that of its parent.
    const command = this.#table.command(pid);
    const mayBeParents = known === undefined && isSame(command, this.#table.command(parent));
    if (known === undefined && this.#known.size >= maxKnown) return;
    if (known === undefined) this.#open.add(key);
    this.#known.set(key, {
      pid,
      start,
      parent: known?.parent ?? parent,
      command: command.length > 0 ? command : (known?.command ?? []),
      mayBeParents,
      proof: known?.proof ?? proof,
    });
  }
}
