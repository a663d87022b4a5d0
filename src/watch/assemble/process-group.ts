import { realpathSync } from 'node:fs';
import type { Role } from '../../wire/index.ts';
import { ownerKey } from '../data/thread-data.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { RunData } from './run-data.ts';
import { roleOf } from './roles.ts';

/** One watched process: its threads, the main one first. */
export interface WatchedProcess {
  readonly key: string;
  readonly pid: number;
  readonly main: ThreadData;
  readonly threads: readonly ThreadData[];
  readonly parent: string | null;
  readonly role: Role;
  readonly peakRssBytes: number;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const ranks: Readonly<Record<string, number>> = { main: 0, worker: 1, hooks: 2 };

function order(a: ThreadData, b: ThreadData): number {
  return (ranks[a.header.thread] ?? 1) - (ranks[b.header.thread] ?? 1) || a.header.tid - b.header.tid;
}

/** The nearest ancestor that is watched; shells and other runtimes lie between. */
function watchedParent(ppid: number, keys: ReadonlyMap<number, string>, parents: ReadonlyMap<number, number>): string | null {
  const seen = new Set<number>();
  for (let pid: number | undefined = ppid; pid !== undefined && pid > 1 && !seen.has(pid); pid = parents.get(pid)) {
    const key = keys.get(pid);
    if (key !== undefined) return key;
    seen.add(pid);
  }
  return null;
}

/** Sorts threads into processes, oldest first, and finds what each process is for. */
export function groupProcesses(data: Pick<RunData, 'threads' | 'parents' | 'run'>): readonly WatchedProcess[] {
  const byKey = new Map<string, ThreadData[]>();
  for (const thread of data.threads) byKey.set(ownerKey(thread), [...(byKey.get(ownerKey(thread)) ?? []), thread]);
  const sorted = [...byKey].sort(([, a], [, b]) => startOf(a) - startOf(b));
  const keys = new Map(sorted.map(([key, [first]]) => [first?.header.pid ?? 0, key]));
  const made = new Map<string, WatchedProcess>();
  for (const [key, unsorted] of sorted) {
    const threads = unsorted.toSorted(order);
    const main = threads[0];
    if (main === undefined) continue;
    // All processes of a run descend from the one that was started, also where a shell between has gone unseen.
    const parent = watchedParent(main.header.ppid, keys, data.parents) ?? keys.get(data.run.program?.pid ?? 0) ?? null;
    const above = parent === null || parent === key ? undefined : made.get(parent);
    const inProgram = above !== undefined && above.role !== 'launcher';
    made.set(key, {
      key,
      pid: main.header.pid,
      main,
      threads,
      parent: parent === key ? null : parent,
      role: roleOf(main.header, inProgram, realPath),
      peakRssBytes: Math.max(...threads.map((thread) => thread.peak.rssBytes)),
    });
  }
  return [...made.values()];
}

function startOf(threads: readonly ThreadData[]): number {
  return Math.min(...threads.map((thread) => thread.header.t0));
}

/** Threads whose memory and handles are judged: those of the program and its workers, not of launchers, tools and loaders. */
export function judgedThreads(
  processes: readonly WatchedProcess[],
): readonly { readonly process: WatchedProcess; readonly thread: ThreadData }[] {
  return processes
    .filter((process) => process.role === 'program' || process.role === 'worker')
    .flatMap((process) =>
      process.threads.filter((thread) => thread.header.thread !== 'hooks').map((thread) => ({ process, thread })),
    );
}

/** The process that the report leads with: of the programs, the one that used most memory. */
export function leadProcess(processes: readonly WatchedProcess[]): WatchedProcess | undefined {
  const weight: Readonly<Record<Role, number>> = { program: 3, worker: 2, tool: 1, launcher: 0 };
  return processes.toSorted((a, b) => weight[b.role] - weight[a.role] || b.peakRssBytes - a.peakRssBytes)[0];
}
