import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { liveRoots } from '../places/live-directory.ts';
import { readRunFile } from '../places/run-file.ts';
import { runIdPattern } from '../places/run-id.ts';
import { isRunning } from '../platform/index.ts';
import type { ProcessTable } from '../platform/index.ts';

/** Left in the data of a run that was told and whose report could not be written: it is told only once. */
const toldMark = 'told';

function runsIn(root: string): readonly string[] {
  try {
    return readdirSync(root)
      .filter((name) => runIdPattern.test(name))
      .sort()
      .map((name) => join(root, name));
  } catch {
    return [];
  }
}

/** The directories with live data of runs, in all roots, oldest first within each. */
export function liveRuns(env: NodeJS.ProcessEnv): readonly string[] {
  return liveRoots(env).flatMap(runsIn);
}

/** Live data of this working directory that no supervisor is at work on: of dead runs, or of programs that go on without one. */
export function unreportedRuns(env: NodeJS.ProcessEnv, cwd: string, table: ProcessTable): readonly string[] {
  return liveRuns(env).filter((directory) => {
    const file = readRunFile(directory);
    if (file?.cwd !== cwd || existsSync(join(directory, toldMark))) return false;
    return file.space !== (table.space ?? null) || !isRunning(table, file.supervisor);
  });
}

export function hasUnreportedRuns(env: NodeJS.ProcessEnv, cwd: string, table: ProcessTable): boolean {
  return unreportedRuns(env, cwd, table).length > 0;
}

/** What this directory holds has been told; the next start passes it over. */
export function markTold(directory: string): void {
  try {
    writeFileSync(join(directory, toldMark), '', { mode: 0o600 });
  } catch {
    // It will be told again.
  }
}
