import type { EndInfo, EndKind, MemoryLimit } from '../../wire/index.ts';
import { formatBytes } from '../../kernel/format.ts';
import type { ProcessEnd } from './process-end.ts';
import { endOfProcess, seenEnd } from './process-end.ts';
import type { WatchedProcess } from './process-group.ts';
import { leadProcess } from './process-group.ts';
import type { RunData } from './run-data.ts';

/** The limit that the kernel enforces on the container; null where there is none. */
export function containerLimit(limits: readonly MemoryLimit[]): number | null {
  return limits.find((limit) => limit.name === 'cgroup')?.bytes ?? null;
}

/** The process whose end the command's status stands for: the one that was started, else the program that a launcher started. */
function statusBelongsTo(data: RunData, processes: readonly WatchedProcess[]): WatchedProcess | undefined {
  const started = processes.find((process) => process.pid === data.run.program?.pid);
  if (started !== undefined && started.role !== 'launcher') return started;
  return leadProcess(processes) ?? started;
}

/** How each process of the run ended. */
export function endsOf(data: RunData, processes: readonly WatchedProcess[]): ReadonlyMap<string, ProcessEnd> {
  const bearer = statusBelongsTo(data, processes);
  const started = processes.find((process) => process.pid === data.run.program?.pid);
  const seen = data.run.end === null ? null : seenEnd(data.run.end);
  const context = { runSeen: seen !== null, lastRss: data.lastRss, containerLimitBytes: containerLimit(data.run.limits) };
  return new Map(
    processes.map((process) => {
      const own = process === bearer || process === started ? seen : null;
      return [process.key, endOfProcess(process, own, data.running.has(process.key), context)];
    }),
  );
}

function memoryText(data: RunData, process: WatchedProcess): string {
  const limit = process.main.heapLimitBytes;
  const container = containerLimit(data.run.limits);
  const rss = process.main.samples.last?.[2];
  if (container !== null && rss !== undefined && rss > 0.8 * container) {
    return `; rss was ${formatBytes(rss)} of ${formatBytes(container)} (container)`;
  }
  return limit > 0 ? `; the heap was ${formatBytes(process.main.peak.heapBytes)} of ${formatBytes(limit)} when last seen` : '';
}

const sentences: Readonly<Record<EndKind, (end: ProcessEnd) => string>> = {
  natural: (end) => `ended by itself${status(end)}`,
  exit: (end) => `ended${status(end)}`,
  uncaught: (end) => `died of an uncaught error${status(end)}`,
  abort: (end) => `aborted${end.signal === null ? '' : ` (${end.signal})`}`,
  'out-of-memory': (end) => `ran out of memory${end.signal === null ? '' : ` (${end.signal})`}`,
  killed: (end) => (end.signal === null ? 'was killed; nobody saw by what' : `was killed by ${end.signal}`),
  signal: (end) => `ended by ${end.signal ?? 'a signal'}`,
  'still-running': () => 'still running',
};

function status(end: ProcessEnd): string {
  return end.code === null ? '' : ` with status ${end.code}`;
}

function sentence(kind: EndKind, end: ProcessEnd): string {
  return sentences[kind](end);
}

function describe(data: RunData, process: WatchedProcess, end: ProcessEnd): string {
  let text = sentence(end.kind, end);
  const error = process.main.end?.[4];
  if (end.kind === 'uncaught' && error != null) text += `: ${error.split('\n')[0] ?? ''}`;
  if (end.kind === 'out-of-memory' || end.kind === 'abort') text += memoryText(data, process);
  return text;
}

/** How the run ended: the end of the process that its status stands for. */
export function endOfRun(data: RunData, processes: readonly WatchedProcess[], ends: ReadonlyMap<string, ProcessEnd>): EndInfo {
  const bearer = statusBelongsTo(data, processes);
  const seen = data.run.end;
  const code = seen?.code ?? null;
  if (bearer === undefined) return withoutData(data, code);
  const end = ends.get(bearer.key) ?? { kind: 'killed' as const, code: null, signal: null };
  const lastMs = Math.max(...bearer.threads.map((thread) => thread.header.t0 + thread.lastMs));
  const ageMs = seen === null ? null : Math.max(0, Math.round(seen.atMs - lastMs));
  const why = seen?.stopped === undefined ? '' : `; watertight stopped it: ${seen.stopped}`;
  const text = `${describe(data, bearer, end)}${why}`;
  return {
    kind: end.kind,
    code: end.kind === 'still-running' ? null : (code ?? end.code),
    signal: seen?.signal ?? end.signal,
    lastRecordAgeMs: ageMs,
    text,
  };
}

function withoutData(data: RunData, code: number | null): EndInfo {
  const signal = data.run.end?.signal ?? null;
  if (data.run.end === null)
    return { kind: 'still-running', code: null, signal: null, lastRecordAgeMs: null, text: 'nothing was recorded' };
  const kind: EndKind = signal === null ? 'exit' : signal === 'SIGKILL' ? 'killed' : signal === 'SIGABRT' ? 'abort' : 'signal';
  return { kind, code, signal, lastRecordAgeMs: null, text: sentence(kind, { kind, code, signal }) };
}
