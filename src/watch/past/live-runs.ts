import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { liveRoots } from '../places/live-directory.ts';
import { runIdPattern } from '../places/run-id.ts';

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
