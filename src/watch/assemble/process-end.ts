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

const nearLimit = 0.8;
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

/** The heap when it was last seen, or where it was heading: it fills faster than records are written. */
function heapNearLimit(thread: ThreadData, endMs: number | null): boolean {
  const limit = thread.header.heapLimitBytes;
  if (limit <= 0) return false;
  if (thread.peak.heapBytes >= nearLimit * limit) return true;
  const [before, last] = thread.samples.entries.slice(-2);
  const newest = last ?? before;
  if (newest === undefined || endMs === null) return false;
  const from = last === undefined || before === undefined ? { tMs: 0, bytes: 0 } : { tMs: before[1], bytes: before[3] };
  const perMs = (newest[3] - from.bytes) / Math.max(1, newest[1] - from.tMs);
  const silentMs = Math.max(0, endMs - thread.header.t0 - newest[1]);
  return perMs > 0 && silentMs > 0 && newest[3] - from.bytes > 0.1 * limit && newest[3] + perMs * silentMs >= limit;
}

/** At a limit of the whole container nothing is left to say but the last samples. */
export function rssNearLimit(process: WatchedProcess, limitBytes: number | null): boolean {
  const last = process.main.samples.last;
  return limitBytes !== null && last !== undefined && last[2] >= 0.85 * limitBytes;
}

function bySignal(signal: string, process: WatchedProcess, seen: SeenEnd, endMs: number | null): ProcessEnd {
  const heapFull = process.threads.some((thread) => heapNearLimit(thread, endMs));
  if (signal === 'SIGABRT' || signal === 'SIGTRAP' || signal === 'SIGILL') {
    return { kind: heapFull ? 'out-of-memory' : 'abort', code: null, signal };
  }
  if (signal === 'SIGKILL') return { kind: seen.oomKilled ? 'out-of-memory' : 'killed', code: null, signal };
  return { kind: 'signal', code: null, signal };
}

/** A process that wrote its own end record: that, unless its parent saw that it was killed afterwards. */
function recorded(process: WatchedProcess): ProcessEnd | undefined {
  const end = process.main.end;
  return end === null ? undefined : { kind: end[2], code: end[3], signal: null };
}

interface EndContext {
  /** Milliseconds since the epoch at which the run ended; null when nobody saw it. */
  readonly endMs: number | null;
  readonly containerLimitBytes: number | null;
}

function fromStatus(process: WatchedProcess, seen: SeenEnd, endMs: number | null): ProcessEnd | undefined {
  const own = recorded(process);
  if (own !== undefined && seen.signal === null) return own;
  const signal = seen.signal ?? signalOf(seen.code);
  if (signal !== null) return bySignal(signal, process, seen, endMs);
  return seen.code === null ? undefined : { kind: 'exit', code: seen.code, signal: null };
}

/** Nobody saw it end, or not this process: its own record, else what its last figures make likely. */
function fromData(process: WatchedProcess, seen: SeenEnd | null, context: EndContext): ProcessEnd {
  const own = recorded(process);
  if (own !== undefined) return own;
  if (process.threads.some((thread) => heapNearLimit(thread, null))) return { kind: 'out-of-memory', code: null, signal: null };
  const containerFull = seen?.oomKilled === true || rssNearLimit(process, context.containerLimitBytes);
  return containerFull ? { kind: 'out-of-memory', code: null, signal: 'SIGKILL' } : { kind: 'killed', code: null, signal: null };
}

/**
 * How a watched process ended. `seen` is what was seen of this very process, or of the launcher above it; null when nobody
 * saw the end.
 */
export function endOfProcess(process: WatchedProcess, seen: SeenEnd | null, running: boolean, context: EndContext): ProcessEnd {
  if (running) return { kind: 'still-running', code: null, signal: null };
  const told = seen === null ? undefined : fromStatus(process, seen, context.endMs);
  return told ?? fromData(process, seen, context);
}
