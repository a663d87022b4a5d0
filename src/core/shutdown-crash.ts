import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

/** As deep as Node shows a fatal error. */
const depth = 5;
const traceHint = '(Use `node --trace-uncaught ...` to show where the exception was thrown)';

interface Place {
  /** As the stack names it: a path or a file URL. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * What Node prints for an error that nobody catches. It is printed by us and at once, not after the releases: they may hang. Where
 * the `throw` stood is told to nobody but Node; it is taken from the stack. So the lines that show the source are missing for what
 * has no stack or was thrown by Node's own code, and an error that is thrown elsewhere than it was made is shown where it was made.
 */
export function crashText(error: unknown, rejected: boolean): string {
  const source = error instanceof Error && !madeByNode(error) ? sourceLines(error, rejected) : '';
  return `${source}${shownValue(error)}\n\nNode.js ${process.version}\n`;
}

function shownValue(error: unknown): string {
  try {
    if (typeof error !== 'object' || error === null) return `${String(error)}\n${traceHint}`;
    enhance(error);
    return inspect(error, { colors: process.stderr.isTTY && process.stderr.hasColors(), customInspect: false, depth });
  } catch {
    return '<the thrown value cannot be shown>';
  }
}

/** For an 'error' event without a listener Node keeps a function that adds where it was emitted. */
function enhance(error: object): void {
  const add: unknown = Reflect.get(error, emittedAt(error) ?? Symbol('none'));
  if (typeof add !== 'function') return;
  const stack: unknown = Reflect.apply(add, error, []);
  if (typeof stack === 'string') Reflect.set(error, 'stack', stack);
}

function emittedAt(error: object): symbol | undefined {
  return Object.getOwnPropertySymbols(error).find((symbol) => symbol.description === 'kEnhanceStackBeforeInspector');
}

/** Such errors are thrown inside Node, or point into the text that could not be parsed. */
function madeByNode(error: Error): boolean {
  const code: unknown = Reflect.get(error, 'code');
  return error instanceof SyntaxError || emittedAt(error) !== undefined || (typeof code === 'string' && code.startsWith('ERR_'));
}

function sourceLines(error: Error, rejected: boolean): string {
  try {
    const place = firstPlace(error.stack ?? '');
    const text = place === undefined ? undefined : sourceLine(place);
    if (place === undefined || text === undefined) return '';
    const column = rejected ? place.column : throwColumn(text, place.column);
    const indent = text.slice(0, column - 1).replaceAll(/[^\t]/g, ' ');
    return `${place.file}:${place.line}\n${text}\n${indent}^\n\n`;
  } catch {
    // The stack is a getter that throws, or the like.
    return '';
  }
}

function firstPlace(stack: string): Place | undefined {
  const frame = /\n {4}at (?:.* \()?(.+):(\d+):(\d+)\)?(?:\n|$)/.exec(stack);
  if (frame?.[1] === undefined) return undefined;
  return { file: frame[1], line: Number(frame[2]), column: Number(frame[3]) };
}

function sourceLine(place: Place): string | undefined {
  const path = place.file.startsWith('file:') ? fileURLToPath(place.file) : place.file;
  if (!path.startsWith('/') && !/^[A-Za-z]:/.test(path)) return undefined;
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[place.line - 1];
  } catch {
    return undefined;
  }
}

/** The stack points at `new Error`, Node at the `throw` before it. */
function throwColumn(text: string, column: number): number {
  const before = /\bthrow\s+$/.exec(text.slice(0, column - 1));
  return before === null ? column : before.index + 1;
}
