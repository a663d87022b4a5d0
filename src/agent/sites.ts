import type { HandleType, WireFrame } from '../wire/records.ts';
import type { AgentClock } from './clock.ts';
import type { Recorder } from './recorder.ts';

// oxlint-disable-next-line typescript/no-unsafe-function-type -- captureStackTrace takes any function
export type AnyFunction = Function;

/** Where handles were made: stacks read at once, interned to a number. */
export interface Sites {
  /**
   * How many handles the next one of this type stands for: 1 as a rule; 0: leave it out; n: every n-th is recorded
   * because stacks have used up their share of the time.
   */
  weigh(type: HandleType): number;
  /** The site of the code that called `below`; 0 when no frame of the program is on the stack. */
  of(type: HandleType, below: AnyFunction): number;
  /** As `of`, but -1 if node itself called `below`: the handle is none of the program's. */
  ofCaller(type: HandleType, below: AnyFunction): number;
  /** Whether the function that called `below` is node's own. */
  isInternal(below: AnyFunction): boolean;
  /** Writes the definition of the site, once, before the first record that names it. */
  define(site: number): void;
  /** Frames of sites that were defined since the last call. */
  takeDefined(): readonly (readonly [site: number, frames: readonly WireFrame[]])[];
  readonly size: () => number;
}

const maxSites = 4096;
const keptFrames = 8;
/** fetch() opens its connection 34 calls below the program. */
const readFrames = 64;
/** Stacks may take this share of the time, and this much at once. */
const share = 0.005;
const burstMs = 15;
/** A stack takes a tenth of this. What took longer waited for the machine or a collection: it says nothing of what the next ones take. */
const longestMs = 1;

interface Pace {
  stride: number;
  seen: number;
  spentMs: number;
}

function put<K extends 'prepareStackTrace' | 'stackTraceLimit'>(key: K, own: boolean, value: ErrorConstructor[K]): void {
  if (own) Error[key] = value;
  else delete (Error as Partial<ErrorConstructor>)[key];
}

function keepFrames(_error: unknown, frames: readonly NodeJS.CallSite[]): readonly NodeJS.CallSite[] {
  return frames;
}

/** The call sites under `below`, innermost first. What the program set on Error is back in place when this returns. */
export function readStack(below: AnyFunction, limit: number): readonly NodeJS.CallSite[] {
  const ownPrepare = Object.hasOwn(Error, 'prepareStackTrace');
  // oxlint-disable-next-line typescript/unbound-method -- put back as it is, never called
  const prepare = Error.prepareStackTrace;
  const ownLimit = Object.hasOwn(Error, 'stackTraceLimit');
  const before = Error.stackTraceLimit;
  const holder: { stack?: unknown } = {};
  try {
    Error.prepareStackTrace = keepFrames as never;
    Error.stackTraceLimit = limit;
    Error.captureStackTrace(holder, below);
    const { stack } = holder;
    return Array.isArray(stack) ? stack : [];
  } catch {
    return []; // Error is frozen
  } finally {
    try {
      put('stackTraceLimit', ownLimit, before);
      put('prepareStackTrace', ownPrepare, prepare);
    } catch {
      // Error is frozen: nothing was changed either.
    }
  }
}

export function urlOf(frame: NodeJS.CallSite): string {
  return frame.getFileName() || frame.getScriptNameOrSourceURL() || (frame.isEval() ? 'eval' : '');
}

export function nameOf(frame: NodeJS.CallSite): string {
  const name = frame.getFunctionName() || '';
  const method = name === '' ? frame.getMethodName() : null;
  return method || name;
}

// oxlint-disable-next-line max-lines-per-function -- a factory of small functions: closures bundle to less than classes do
export function createSites(clock: AgentClock, recorder: Recorder, ownFolder: string): Sites {
  const known = new Map<string, number>();
  const undefinedYet = new Map<number, WireFrame[]>();
  const paces = new Map<HandleType, Pace>();
  let defined: (readonly [number, WireFrame[]])[] = [];
  let spentMs = 0;
  const start = clock.monotonic();

  function isTheirs(url: string): boolean {
    return url !== '' && url.slice(0, 5) !== 'node:' && url.indexOf(ownFolder) !== 0;
  }

  function paceOf(type: HandleType): Pace {
    let pace = paces.get(type);
    if (!pace) paces.set(type, (pace = { stride: 1, seen: 0, spentMs: 0 }));
    return pace;
  }

  function settle(pace: Pace, from: number): void {
    const now = clock.monotonic();
    const took = Math.min(now - from, longestMs);
    spentMs += took;
    pace.spentMs += took;
    clock.charge(from);
    const budget = burstMs + (now - start) * share;
    if (spentMs > budget && pace.spentMs > budget / 8) pace.stride = Math.min(pace.stride * 2, 1024);
    else if (spentMs < budget / 2 && pace.stride > 1) pace.stride /= 2;
  }

  function capture(type: HandleType, below: AnyFunction, directOnly: boolean): number {
    const from = clock.monotonic();
    const frames = readStack(below, readFrames);
    const [caller] = frames;
    const skip = directOnly && caller !== undefined && urlOf(caller).slice(0, 5) === 'node:';
    const site = skip ? -1 : intern(frames);
    settle(paceOf(type), from);
    return site;
  }

  function intern(frames: readonly NodeJS.CallSite[]): number {
    const theirs: NodeJS.CallSite[] = [];
    let key = '';
    for (let at = 0; at < frames.length && theirs.length < keptFrames; at += 1) {
      const frame = frames[at] as NodeJS.CallSite;
      const url = urlOf(frame);
      if (!isTheirs(url)) continue;
      theirs.push(frame);
      key += `${url}:${frame.getLineNumber()}:${frame.getColumnNumber()}\n`;
    }
    if (theirs.length === 0) return 0;
    const site = known.get(key);
    if (site !== undefined) return site;
    if (known.size >= maxSites) {
      recorder.note('skipped', `more than ${maxSites} places: others have no line`);
      return 0;
    }
    const fresh = known.size + 1;
    known.set(key, fresh);
    undefinedYet.set(
      fresh,
      theirs.map((frame) => [urlOf(frame), frame.getLineNumber() || 0, frame.getColumnNumber() || 0, nameOf(frame)]),
    );
    return fresh;
  }

  return {
    weigh(type) {
      const pace = paceOf(type);
      pace.seen += 1;
      return pace.seen % pace.stride === 0 ? pace.stride : 0;
    },
    of: (type, below) => capture(type, below, false),
    ofCaller: (type, below) => capture(type, below, true),
    isInternal(below) {
      const from = clock.monotonic();
      const [frame] = readStack(below, 1);
      clock.charge(from);
      return frame !== undefined && urlOf(frame).slice(0, 5) === 'node:';
    },
    define(site) {
      const frames = undefinedYet.get(site);
      if (!frames) return;
      undefinedYet.delete(site);
      recorder.add(['f', site, frames]);
      defined = defined.concat([[site, frames]]);
    },
    takeDefined() {
      const taken = defined;
      defined = [];
      return taken;
    },
    size: () => known.size,
  };
}
