import type { ChildProcess } from 'node:child_process';
import type { ReleaseOutcome, ReleaseReason, ResourceId, ResourceState, SyncResourceGuard, Verification } from '../core/index.ts';
import type { MaybePromise } from '../kernel/units.ts';
import type { MemoryOptions } from './measure.ts';
import type { StopOptions } from './options.ts';
import type { Tree } from './tree.ts';
import type { ProcessEnd, StopReport, TreeMemory, TreeProcess } from './types.ts';

/** A child process with all that it starts: one row, which ends when nothing of it runs any more. */
export interface OwnedProcess extends AsyncDisposable, Disposable {
  readonly id: ResourceId;
  readonly state: ResourceState;
  /** Of the first process. */
  readonly pid: number;
  /** The first process, for its streams and events. Signals are better sent with `stop()`, which proves whom they reach. */
  readonly child: ChildProcess;
  /** Resolves when the first process has ended; what it started may still run. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** What runs now. Looks through all processes of the machine: about 25 µs of CPU for each. */
  processes(): readonly TreeProcess[];
  /** What the tree uses now. */
  memory(options?: MemoryOptions): TreeMemory;
  /** `gone` when nothing runs, and nothing waits to be reaped by one of the tree or Node; `unverifiable` without /proc. */
  verify(): Verification;
  /**
   * Ends the whole tree: politely, then by force, and looks that it is gone. Stopping again is looking again; calls at the same time
   * share one stop. The row ends as released, or as failed when something is left. Throws WT_INVALID_OPTION; never rejects otherwise.
   */
  stop(options?: StopOptions): Promise<StopReport>;
  /** As `stop()` with the options of the start; the outcome of the row. Never rejects. */
  release(reason?: ReleaseReason): MaybePromise<ReleaseOutcome>;
  /** Takes the tree out of all care, the reaper's as well: it may outlive this process. Throws WT_RELEASED unless it is live. */
  detach(): ChildProcess;
}

export class OwnedProcessHandle implements OwnedProcess {
  readonly #guard: SyncResourceGuard<Tree>;
  readonly #tree: Tree;

  constructor(guard: SyncResourceGuard<Tree>, tree: Tree) {
    this.#guard = guard;
    this.#tree = tree;
  }

  get id(): ResourceId {
    return this.#guard.id;
  }

  get state(): ResourceState {
    return this.#guard.state;
  }

  get pid(): number {
    return this.#tree.pid;
  }

  get child(): ChildProcess {
    return this.#tree.child;
  }

  get ended(): Promise<ProcessEnd> {
    return this.#tree.ended;
  }

  processes(): readonly TreeProcess[] {
    return this.#tree.processes();
  }

  memory(options?: MemoryOptions): TreeMemory {
    return this.#tree.memory(options);
  }

  verify(): Verification {
    return this.#tree.verify();
  }

  async stop(options?: StopOptions): Promise<StopReport> {
    const report = await this.#tree.stop(options);
    // Looks once more, and ends the row accordingly.
    await this.#guard.release('requested');
    return report;
  }

  release(reason?: ReleaseReason): MaybePromise<ReleaseOutcome> {
    return this.#guard.release(reason);
  }

  detach(): ChildProcess {
    this.#guard.detach();
    return this.#tree.letGo();
  }

  [Symbol.dispose](): void {
    this.#guard[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#guard[Symbol.asyncDispose]());
  }
}
