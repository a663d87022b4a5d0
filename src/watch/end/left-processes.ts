import type { Clock } from '../../kernel/clock/index.ts';
import { redactArgv } from '../../wire/index.ts';
import { environment } from '../../wire/index.ts';
import type { LeftProcess } from '../assemble/run-data.ts';
import { pause, until } from '../../kernel/clock/index.ts';
import type { KnownProcess, ProcessTable, ProcessTree } from '../../kernel/processes/index.ts';
import { isRunning, sendSignal } from '../../kernel/processes/index.ts';
import { commandText } from '../words.ts';

/** Children end a moment after their parent: only what is still there then was left. */
const settleMs = 500;
const termGraceMs = 2_000;
const killGraceMs = 2_000;
const stepMs = 20;

export interface LeftOptions {
  readonly table: ProcessTable;
  readonly tree: ProcessTree;
  readonly clock: Clock;
  /** Directory of the run: the mark that its processes carry. */
  readonly directory: string;
  readonly reap: boolean;
}

/** Ends processes politely, then by force; what they start meanwhile is found and ended as well. */
async function reap(options: LeftOptions, found: readonly KnownProcess[]): Promise<void> {
  const { table, tree, clock } = options;
  for (const process of found) sendSignal(table, process, 'SIGTERM');
  const gone = () => tree.alive().length === 0;
  if (await until(clock, gone, { withinMs: termGraceMs, stepMs })) return;
  tree.poll();
  for (const process of tree.alive()) sendSignal(table, process, 'SIGKILL');
  await until(clock, gone, { withinMs: killGraceMs, stepMs });
}

/**
 * What of the program's processes still runs after its end: by the mark in their environment and by descent. With `reap` they
 * are ended (SIGTERM, after 2 s SIGKILL) and looked at again.
 */
export async function findLeftProcesses(options: LeftOptions): Promise<readonly LeftProcess[]> {
  const { table, tree, clock } = options;
  if (!table.available) return [];
  tree.poll();
  tree.addMarked(environment.run, options.directory);
  if (tree.alive().length === 0) return [];
  await until(clock, () => tree.alive().length === 0, { withinMs: settleMs, stepMs });
  tree.poll();
  const found = tree.alive();
  if (found.length === 0) return [];
  if (options.reap) {
    await reap(options, found);
    await pause(clock, 0);
  }
  return found.map((process) => ({
    pid: process.pid,
    what: commandText(redactArgv(process.command)),
    proof: process.proof,
    removed: options.reap && !isRunning(table, process),
  }));
}
