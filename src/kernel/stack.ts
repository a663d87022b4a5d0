import { fileURLToPath } from 'node:url';

/** How far a call may go through our own functions before the caller's frame. */
const framesRead = 1;

/** What V8 hands to `Error.prepareStackTrace`; only the members used here. */
interface CallSite {
  getFileName(): string | null | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getEvalOrigin(): string | undefined;
}

/** A function whose caller is asked for. */
export type Entry = (...args: never[]) => unknown;

/** A method as an entry: compared on the stack, never called. */
export function entryOf<K extends string>(prototype: Readonly<Record<K, Entry>>, name: K): Entry {
  return prototype[name];
}

/**
 * Where `entry` was called from, as `file:line:column`; undefined when it is not on the stack or the caller has no file. Costs 5 to
 * 10 µs. The stack is read at once through a formatter of our own, swapped in and restored: an Error kept unread would hold the
 * objects and closures of its frames alive, and the program's own formatter is neither run nor changed.
 */
export function callerOf(entry: Entry): string | undefined {
  return callerBelow(outermost ?? entry);
}

let outermost: Entry | undefined;

/**
 * Runs `task`; what registers a resource in it, synchronously, is recorded as called from where `entry` was called. For parts of this
 * package that register for their callers.
 */
export function onBehalfOf<R>(entry: Entry, task: () => R): R {
  const before = outermost;
  outermost ??= entry;
  try {
    return task();
  } finally {
    outermost = before;
  }
}

function callerBelow(entry: Entry): string | undefined {
  const holder: { stack?: unknown } = {};
  const prepareStackTrace: unknown = Reflect.get(Error, 'prepareStackTrace');
  const { stackTraceLimit } = Error;
  try {
    Error.prepareStackTrace = rawSites;
    Error.stackTraceLimit = framesRead;
    Error.captureStackTrace(holder, entry);
    // The first read runs the formatter.
    return siteText(holder.stack as readonly CallSite[] | undefined);
  } catch {
    // Error is frozen (hardened realms): no lines then.
    return undefined;
  } finally {
    restore(prepareStackTrace, stackTraceLimit);
  }
}

function rawSites(_error: Error, sites: NodeJS.CallSite[]): unknown {
  return sites;
}

function restore(prepareStackTrace: unknown, stackTraceLimit: number): void {
  try {
    if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
    Error.stackTraceLimit = stackTraceLimit;
  } catch {
    // Frozen: nothing was changed either.
  }
}

function siteText(sites: readonly CallSite[] | undefined): string | undefined {
  const site = sites?.[0];
  const file = site?.getFileName() ?? site?.getEvalOrigin();
  if (site === undefined || file === undefined || file === '') return undefined;
  return `${plainPath(file)}:${site.getLineNumber() ?? 0}:${site.getColumnNumber() ?? 0}`;
}

function plainPath(file: string): string {
  if (!file.startsWith('file:')) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file;
  }
}
