import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Verification } from '../core/index.ts';
import type { Clock, Timer } from '../kernel/clock/index.ts';
import type { ProcessTable } from '../kernel/processes/index.ts';
import { checkOptions, aBoolean } from '../kernel/options.ts';
import type { MaybePromise } from '../kernel/units.ts';
import { strikeFromJournal } from './owner.ts';
import type { MemoryOptions } from './measure.ts';
import { measure } from './measure.ts';
import type { StopOptions, StopSettings } from './options.ts';
import { stopSettings } from './options.ts';
import { killGroup, stopGroup } from './portable-stop.ts';
import type { Reaper } from './reaper/reaper.ts';
import { killTree, stopTree, treeProcess } from './stop-tree.ts';
import { TreeSearch } from './tree-search.ts';
import type { ProcessEnd, StopReport, TreeMemory, TreeProcess } from './types.ts';

/** How often a tree whose first process has ended is looked at, so that its row ends when the last one has. */
const followMs = 1_000;

export interface TreeParts {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly mark: string;
  readonly table: ProcessTable;
  readonly clock: Clock;
  readonly reaper: Reaper;
  readonly settings: StopSettings;
  readonly journalIds: readonly (number | undefined)[];
}

/** What a row of the kind `process` holds. */
export class Tree {
  readonly #parts: TreeParts;
  readonly #search: TreeSearch;
  readonly ended: Promise<ProcessEnd>;
  #onGone: () => void = () => {};
  #stopping: Promise<StopReport> | undefined;
  #timer: Timer | undefined;
  #released = false;
  #killed = false;

  constructor(parts: TreeParts) {
    this.#parts = parts;
    const { child, pid, table, mark, reaper } = parts;
    this.#search = new TreeSearch(table, mark);
    const first = { pid, start: table.read(pid)?.start ?? 0 };
    this.#search.begin(first);
    reaper.point(mark, first);
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#firstEnded();
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    return this.#parts.pid;
  }

  get child(): ChildProcess {
    return this.#parts.child;
  }

  /** Called once nothing of the tree runs any more, unless it is stopped before. */
  whenGone(listener: () => void): void {
    this.#onGone = listener;
    if (this.#hasExited()) this.#follow();
  }

  processes(): readonly TreeProcess[] {
    return this.#search.search().map(treeProcess);
  }

  memory(options?: MemoryOptions): TreeMemory {
    checkOptions('memory', options, { pss: aBoolean });
    return measure(this.#parts.table, this.#search.search(), options?.pss ?? true);
  }

  verify(): Verification {
    if (!this.#parts.table.available) return 'unverifiable';
    const left = this.#search.search().length + this.#search.unreaped().length;
    return left === 0 ? 'gone' : 'still-there';
  }

  /** As `verify()`; after `kill()` a promise, for whoever has killed has no time for the system to carry it out. */
  probe(): MaybePromise<Verification> {
    return this.#killed ? Promise.resolve(this.verify()) : this.verify();
  }

  stop(options?: StopOptions): Promise<StopReport> {
    const chosen = stopSettings('stop', options, this.#parts.settings);
    // It was seen to be gone: looking once more need not wait for whoever reaps.
    const settings = this.#released ? { ...chosen, reapGraceMs: 0 } : chosen;
    this.#stopping ??= this.#stop(settings).finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  async #stop(settings: StopSettings): Promise<StopReport> {
    const { table, child, clock } = this.#parts;
    this.#addSession();
    const report = table.available ? await stopTree(this.#search, clock, settings) : await stopGroup(child, clock, settings);
    closeUnread(child);
    if (report.left.length === 0) this.letGo();
    return report;
  }

  /** For the end of the process. */
  kill(): void {
    this.#killed = true;
    this.#addSession();
    if (!this.#parts.table.available) killGroup(this.#parts.child, 'SIGKILL');
    else killTree(this.#search);
    // What is left is the reaper's.
    if (this.#search.search().length === 0) this.letGo();
  }

  /** Nobody looks after it from now on. */
  letGo(): ChildProcess {
    this.#timer?.cancel();
    if (!this.#released) {
      this.#released = true;
      this.#parts.reaper.forget(this.#parts.mark);
      for (const id of this.#parts.journalIds) strikeFromJournal(id);
    }
    return this.#parts.child;
  }

  #hasExited(): boolean {
    const { child } = this.#parts;
    return child.exitCode !== null || child.signalCode !== null;
  }

  /** As long as Node has not asked for its status, its number is its own and so is its session. */
  #addSession(): void {
    if (!this.#hasExited()) this.#search.addSession(this.#parts.pid);
  }

  /** Its number is free since this moment: what is of its session now is the tree's. */
  #firstEnded(): void {
    const { reaper, mark } = this.#parts;
    if (this.#released) return;
    this.#search.addSession(this.#parts.pid);
    for (const found of this.#search.search()) reaper.point(mark, found);
    this.#follow();
  }

  #follow(): void {
    if (this.#released || this.#stopping !== undefined) return;
    const { clock, table } = this.#parts;
    if (table.available && this.#search.follow().length > 0 && this.#search.search().length > 0) {
      this.#timer = clock.schedule(followMs, () => this.#follow());
      return;
    }
    this.#onGone();
  }
}

/** Nobody can write to them any more; what nobody reads would keep its buffer and its handle. */
function closeUnread(child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr]) if (stream !== null && !isRead(stream)) stream.destroy();
  child.stdin?.destroy();
}

function isRead(stream: Readable): boolean {
  return stream.readableFlowing === true || stream.listenerCount('readable') > 0;
}
