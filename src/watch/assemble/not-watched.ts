import { basename } from 'node:path';
import { commandText, countText } from '../words.ts';
import type { WatchedProcess } from './process-group.ts';
import type { NotWatched, RunData } from './run-data.ts';

const node = /^node(?:js)?(?:-?\d[\d.]*)?(?:\.exe)?$/;
const otherRuntimes = /^(?:bun|bunx|deno|electron|nw)(?:\.exe)?$/;

/** Why a program that would usually be watched is not; undefined for programs that have nothing to do with Node. */
export function whyNotWatched(command: readonly string[], replaced: boolean): string | undefined {
  const program = basename(command[0] ?? '');
  if (otherRuntimes.test(program)) return 'another runtime than Node';
  if (!node.test(program)) return undefined;
  return replaced ? 'started with an environment of its own' : 'it wrote no data: an older Node, or it ended at once';
}

const onlyOne = 'watertight attached to the one process it was given';

/** Worker threads that were started and wrote nothing: an environment of their own keeps the agent out. */
function silentWorkers(process: WatchedProcess, attached: boolean): NotWatched | undefined {
  const started = process.threads.reduce((sum, thread) => sum + (thread.counts.get('worker')?.opened ?? 0), 0);
  const missing = started - process.threads.filter((thread) => thread.header.thread === 'worker').length;
  if (missing <= 0) return undefined;
  return {
    pid: null,
    command: `${countText(missing, 'worker thread')} of process ${process.pid}`,
    why: attached ? 'started after watertight attached' : 'started with an environment of its own, or ended at once',
  };
}

/** Children that should have been watched and were not: told once each. */
export function notWatchedOf(data: RunData, processes: readonly WatchedProcess[]): readonly NotWatched[] {
  const attached = data.run.options['attached'] === true;
  const watched = new Set(processes.map((process) => process.pid));
  const told = new Map<string, NotWatched>();
  for (const process of processes) {
    for (const thread of process.threads) {
      for (const [, , pid, command, environment] of thread.children) {
        if (watched.has(pid) || told.has(`${pid}`)) continue;
        const why = whyNotWatched(command, environment === 'replaced');
        if (why !== undefined) told.set(`${pid}`, { pid, command: commandText(command), why });
      }
    }
  }
  const silent = processes.flatMap((process) => silentWorkers(process, attached) ?? []);
  // Who started a child knows more of it than who saw it from outside.
  for (const entry of data.notWatched) if (!told.has(`${entry.pid}`)) told.set(`${entry.pid}`, entry);
  const all = [...silent, ...told.values()].filter((entry) => entry.pid === null || !watched.has(entry.pid));
  return attached ? all.map((entry) => (entry.pid === null ? entry : { ...entry, why: onlyOne })) : all;
}
