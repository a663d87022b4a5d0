import { lstatSync, rmSync } from 'node:fs';
import type { Clock } from '../../kernel/clock/index.ts';
import { readRunFile } from '../places/run-file.ts';
import type { ProcessTable } from '../platform/index.ts';
import { liveRuns } from './live-runs.ts';
import { readRun } from './read-run.ts';

/** Data of a dead run are kept this long for whoever wants to look at them. */
export const keptMs: number = 7 * 86_400_000;

function isOld(directory: string, now: number): boolean {
  const stat = lstatSync(directory);
  const mine = process.getuid === undefined || stat.uid === process.getuid();
  return stat.isDirectory() && mine && now - stat.mtimeMs > keptMs;
}

/**
 * Removes live data that nobody has written to for a week, of runs that are proved to be dead: of this machine boot and pid
 * namespace, or without a process to ask for because the machine has been started since. Only folders named like runs, of this user.
 */
export function removeStaleRuns(env: NodeJS.ProcessEnv, clock: Clock, table: ProcessTable): void {
  const now = clock.now();
  for (const directory of liveRuns(env)) {
    try {
      if (!isOld(directory, now) || readRunFile(directory) === undefined) continue;
      const run = readRun(directory, { clock, table });
      if (!run.running && !run.supervised && now - run.lastWriteMs > keptMs) rmSync(directory, { recursive: true, force: true });
    } catch {
      // It may have been removed by another run; what cannot be read is left alone.
    }
  }
}
