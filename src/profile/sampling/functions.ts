import type { CallFrame } from './heap-session.ts';
import { TripleTable } from './triple-table.ts';

/** Whose a function is: the program's, node's, V8's own (no script), that of whoever watches, or node's for who reads stacks. */
export const Whose = { program: 0, node: 1, builtin: 2, watcher: 3, stackReader: 4 } as const;
export type Whose = (typeof Whose)[keyof typeof Whose];

/** Defines a function by its number; line and column from 1 are where it begins, 0 where it has none. */
export interface NewFunction {
  readonly id: number;
  readonly name: string;
  /** Empty for functions that have no script; `eval` for code without a name of its own. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

const maxFunctions = 32_768;
const toldMark = 128;
/** Called by V8 when a stack is read. */
const stackReader = 'prepareStackTraceCallback';

function hashName(name: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash | 0;
}

/** Scripts that are known by their name only have negative numbers. */
function scriptOf({ scriptId, url }: CallFrame): number {
  return scriptId === null ? hashName(url, 0x811c9dc5) | 0x80000000 : Number(scriptId);
}

/** The functions that allocate, numbered from 1. What was told since the last `take` is kept as text, everything else as numbers. */
export class Functions {
  readonly #isWatcher: (url: string) => boolean;
  readonly #table = new TripleTable(maxFunctions);
  /** Whose it is, and whether it was told. */
  #marks = new Uint8Array(256);
  #fresh: NewFunction[] = [];

  constructor(isWatcher: (url: string) => boolean) {
    this.#isWatcher = isWatcher;
  }

  /** The number of a function; 0 when there are more than can be told apart. */
  intern(frame: CallFrame): number {
    const before = this.#table.size;
    const { functionName, scriptId } = frame;
    const id =
      scriptId === '0'
        ? this.#table.intern(0, hashName(functionName, 0x811c9dc5), hashName(functionName, 0x9747b28c))
        : this.#table.intern(scriptOf(frame), frame.lineNumber, frame.columnNumber);
    if (id > before) this.#mark(id, this.#judge(frame));
    return id;
  }

  /** Defines the function for `take`, once. */
  tell(id: number, frame: CallFrame): void {
    const mark = this.#marks[id] ?? toldMark;
    if ((mark & toldMark) !== 0) return;
    this.#marks[id] = mark | toldMark;
    const url = frame.url === '' && frame.scriptId !== '0' ? 'eval' : frame.url;
    this.#fresh.push({ id, name: frame.functionName, url, line: frame.lineNumber + 1, column: frame.columnNumber + 1 });
  }

  whose(id: number): Whose {
    return ((this.#marks[id] ?? Whose.builtin) & ~toldMark) as Whose;
  }

  /** What was defined since the last call. */
  take(): readonly NewFunction[] {
    const taken = this.#fresh;
    this.#fresh = [];
    return taken;
  }

  #mark(id: number, whose: Whose): void {
    if (id >= this.#marks.length) {
      const larger = new Uint8Array(this.#marks.length * 2);
      larger.set(this.#marks);
      this.#marks = larger;
    }
    this.#marks[id] = whose;
  }

  #judge({ url, scriptId, functionName }: CallFrame): Whose {
    if (url === '') return scriptId === '0' ? Whose.builtin : Whose.program;
    if (url.startsWith('node:')) return functionName === stackReader ? Whose.stackReader : Whose.node;
    return this.#isWatcher(url) ? Whose.watcher : Whose.program;
  }
}
