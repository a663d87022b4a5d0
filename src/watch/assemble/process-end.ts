import { constants } from 'node:os';
import type { EndKind } from '../../wire/index.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { RunEnd } from '../places/run-file.ts';
import type { WatchedProcess } from './process-group.ts';

export interface ProcessEnd {
  readonly kind: EndKind;
  readonly code: number | null;
  readonly signal: string | null;
}

/** What a parent saw of the end of a process: its status, or that of a shell or launcher that passed it on. */
export interface SeenEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly oomKilled: boolean;
}

export interface EndContext {
  /** The end of the run was seen, so what ended without a word before it was ended by others of the run, or by its parent. */
  readonly runSeen: boolean;
  /** As in the data of the run. */
  readonly lastRss: ReadonlyMap<number, number>;
  readonly containerLimitBytes: number | null;
}

const nearLimit = 0.8;
/** What Node takes before a program has done anything. */
const bareRssBytes = 48 * 1024 * 1024;
/** A shell passes death by signal on as 128 + n; only such signals as end programs are taken for one. */
const passedOn: ReadonlySet<string> = new Set([
  'SIGABRT',
  'SIGKILL',
  'SIGSEGV',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGBUS',
  'SIGILL',
  'SIGTRAP',
  'SIGQUIT',
]);

function signalOf(code: number | null): string | null {
  if (code === null || code <= 128) return null;
  const found = Object.entries(constants.signals).find(([name, number]) => number === code - 128 && passedOn.has(name));
  return found?.[0] ?? null;
}

export function seenEnd(end: RunEnd): SeenEnd {
  return { code: end.code, signal: end.signal, oomKilled: (end.oomKills ?? 0) > 0 };
}

/** V8 gives up when the old generation is full; its limit for the whole heap, which it tells, is some space for young objects higher. */
function oldSpaceLimit(thread: ThreadData): number {
  const megabytes = thread.header.execArgv
    .map((flag) => Number(/^--max[-_]old[-_]space[-_]size=(\d+)$/.exec(flag)?.[1]))
    .findLast(Number.isFinite);
  return megabytes === undefined ? thread.heapLimitBytes : megabytes * 1024 * 1024;
}

/** What the heap came to: the last record's figure and what resident memory has grown by since, as it was seen from outside. */
function heapFull(thread: ThreadData, lastRssBytes: number | undefined): boolean {
  const limit = oldSpaceLimit(thread);
  if (limit <= 0) return false;
  if (thread.peak.heapBytes >= nearLimit * limit) return true;
  if (lastRssBytes === undefined) return false;
  const [rssBefore, heapBefore] = [thread.samples.last?.[2] ?? bareRssBytes, thread.samples.last?.[3] ?? 0];
  return heapBefore + Math.max(0, lastRssBytes - rssBefore) >= nearLimit * limit;
}

/** At a limit of the whole container nothing is left to say but the last samples. */
export function rssNearLimit(process: WatchedProcess, limitBytes: number | null): boolean {
  const last = process.main.samples.last;
  return limitBytes !== null && last !== undefined && last[2] >= 0.85 * limitBytes;
}

function bySignal(signal: string, process: WatchedProcess, seen: SeenEnd, context: EndContext): ProcessEnd {
  if (signal === 'SIGABRT' || signal === 'SIGTRAP' || signal === 'SIGILL') {
    return { kind: anyHeapFull(process, context) ? 'out-of-memory' : 'abort', code: null, signal };
  }
  if (signal === 'SIGKILL') return { kind: seen.oomKilled ? 'out-of-memory' : 'killed', code: null, signal };
  return { kind: 'signal', code: null, signal };
}

/** A process that wrote its own end record: that, unless its parent saw that it was killed afterwards. */
function recorded(process: WatchedProcess): ProcessEnd | undefined {
  const end = process.main.end;
  return end === null ? undefined : { kind: end[2], code: end[3], signal: null };
}

function anyHeapFull(process: WatchedProcess, context: EndContext): boolean {
  return process.threads.some((thread) => heapFull(thread, context.lastRss.get(process.pid)));
}

function fromStatus(process: WatchedProcess, seen: SeenEnd, context: EndContext): ProcessEnd | undefined {
  const own = recorded(process);
  if (own !== undefined && seen.signal === null) return own;
  const signal = seen.signal ?? signalOf(seen.code);
  if (signal !== null) return bySignal(signal, process, seen, context);
  return seen.code === null ? undefined : { kind: 'exit', code: seen.code, signal: null };
}

/** Nobody saw it end, or not this process: its own record, else what its last figures make likely. */
function fromData(process: WatchedProcess, seen: SeenEnd | null, context: EndContext): ProcessEnd {
  const own = recorded(process);
  if (own !== undefined) return own;
  if (anyHeapFull(process, context)) return { kind: 'out-of-memory', code: null, signal: null };
  const containerFull = seen?.oomKilled === true || rssNearLimit(process, context.containerLimitBytes);
  if (containerFull) return { kind: 'out-of-memory', code: null, signal: 'SIGKILL' };
  return { kind: context.runSeen ? 'signal' : 'killed', code: null, signal: null };
}

/**
 * How a watched process ended. `seen` is what was seen of this very process, or of the launcher above it; null when nobody
 * saw the end.
 */
export function endOfProcess(process: WatchedProcess, seen: SeenEnd | null, running: boolean, context: EndContext): ProcessEnd {
  if (running) return { kind: 'still-running', code: null, signal: null };
  const told = seen === null ? undefined : fromStatus(process, seen, context);
  return told ?? fromData(process, seen, context);
}
