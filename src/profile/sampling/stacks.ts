import type { NewFunction } from './functions.ts';
import { Functions, Whose } from './functions.ts';
import type { CallFrame, ProfileNode } from './heap-session.ts';
import { TripleTable } from './triple-table.ts';

/** Defines a stack as a node of a tree: this function, called from that stack (0: from nothing). */
export interface NewStack {
  readonly id: number;
  readonly parent: number;
  readonly functionId: number;
}

const maxStacks = 65_536;
/** V8 keeps 128 frames of a sample. */
const maxDepth = 256;
/** Answer for an allocation of the watcher itself. */
export const ownStack = -1;

/**
 * Numbers stacks. Frames of the watcher are taken out of them: it wraps functions of node, so that code of the program runs below it.
 * What it allocated itself has `ownStack` for an answer.
 */
export class Stacks {
  readonly #functions: Functions;
  readonly #table = new TripleTable(maxStacks);
  #fresh: NewStack[] = [];
  #isFull = false;
  /** The way from the root to the node at hand, and the functions on it as far as they were asked for. */
  #frames: CallFrame[] = [];
  readonly #way = new Int32Array(maxDepth);

  /** `isWatcher`: whether a script belongs to whoever watches; what it allocates is no evidence. */
  constructor(isWatcher: (url: string) => boolean) {
    this.#functions = new Functions(isWatcher);
  }

  /** Whether some stack was cut because there were too many to tell apart. */
  get isFull(): boolean {
    return this.#isFull;
  }

  takeFunctions(): readonly NewFunction[] {
    return this.#functions.take();
  }

  take(): readonly NewStack[] {
    const taken = this.#fresh;
    this.#fresh = [];
    return taken;
  }

  /** Calls back for each of these nodes (sorted by id) with the number of its stack. */
  find(head: ProfileNode, nodeIds: Float64Array, found: (at: number, stack: number) => void): void {
    let left = nodeIds.length;
    const walk = (node: ProfileNode, depth: number): void => {
      if (left === 0 || depth >= maxDepth) return;
      if (depth > 0) this.#frames[depth - 1] = node.callFrame;
      const at = indexIn(nodeIds, node.id);
      if (at >= 0) {
        left -= 1;
        found(at, this.#stackOf(depth));
      }
      for (const child of node.children) walk(child, depth + 1);
    };
    walk(head, 0);
    this.#frames = [];
  }

  /** The number of a stack that was read otherwise, outermost frame first; `ownStack` if it is the watcher's. */
  intern(frames: readonly CallFrame[]): number {
    this.#frames = frames.slice(0, maxDepth);
    const stack = this.#stackOf(this.#frames.length);
    this.#frames = [];
    return stack;
  }

  #stackOf(depth: number): number {
    for (const [at, frame] of this.#frames.slice(0, depth).entries()) this.#way[at] = this.#functions.intern(frame);
    if (this.#isOwn(depth)) return ownStack;
    let stack = 0;
    for (let at = 0; at < depth; at += 1) {
      const functionId = this.#way[at] ?? 0;
      if (this.#functions.whose(functionId) === Whose.watcher) continue;
      stack = this.#call(stack, functionId, at);
    }
    return stack;
  }

  /**
   * An allocation is the watcher's if the innermost function that has a script is, or if no code of the program stands further out than the
   * innermost one that is the watcher's. Where the program stands further out, the watcher only passed its call on to node, or read a stack.
   */
  #isOwn(depth: number): boolean {
    let at = this.#outward(depth - 1, (whose) => whose !== Whose.builtin);
    if (this.#whoseAt(at) === Whose.watcher) return true;
    const reader = this.#outward(at, (whose) => whose !== Whose.node && whose !== Whose.builtin);
    const readsStack = this.#whoseAt(reader) === Whose.stackReader;
    at = this.#outward(reader, (whose) => whose === Whose.watcher || whose === Whose.program);
    if (at < 0 || this.#whoseAt(at) === Whose.program) return false;
    return readsStack || this.#outward(at, (whose) => whose === Whose.program) < 0;
  }

  /** The first place from here outward whose function is such a one; -1 if there is none. */
  #outward(from: number, isWanted: (whose: Whose) => boolean): number {
    let at = from;
    while (at >= 0 && !isWanted(this.#whoseAt(at))) at -= 1;
    return at;
  }

  #whoseAt(at: number): Whose {
    return this.#functions.whose(this.#way[at] ?? 0);
  }

  /** A table that is full answers the caller: the stack is cut there. */
  #call(parent: number, functionId: number, at: number): number {
    const before = this.#table.size;
    const id = this.#table.intern(parent, functionId, 0);
    const frame = this.#frames[at];
    if (id > before && frame !== undefined) {
      this.#functions.tell(functionId, frame);
      this.#fresh.push({ id, parent, functionId });
    }
    if (id === 0) this.#isFull = true;
    return id === 0 ? parent : id;
  }
}

function indexIn(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const here = sorted[middle] ?? 0;
    if (here === value) return middle;
    if (here < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
