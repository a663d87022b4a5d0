import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { systemProcessTable } from '../../kernel/processes/index.ts';
import type { ReaperMode } from '../types.ts';

/** Which reaper this system can have, and why not the better one. */
export interface ReaperSupport {
  readonly mode: ReaperMode;
  /** Empty for `sh`. */
  readonly why: string;
}

const shell = '/bin/sh';
const tools = ['grep', 'awk', 'cat', 'rm', 'sleep'];
const usualPath = '/usr/local/bin:/usr/bin:/bin';

/** Where the reaper looks for its tools. */
export function reaperPath(env: NodeJS.ProcessEnv): string {
  return env['PATH'] ? `${env['PATH']}${delimiter}${usualPath}` : usualPath;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missingTool(env: NodeJS.ProcessEnv): string | undefined {
  if (!isExecutable(shell)) return shell;
  const folders = reaperPath(env).split(delimiter);
  return tools.find((tool) => !folders.some((folder) => isExecutable(join(folder, tool))));
}

/**
 * What the reaper would be here: `sh`, a small Node process where there is no shell, `off` without /proc. The variable
 * `WATERTIGHT_REAPER` (sh, node, off) overrides it. Never throws.
 */
export function reaperSupport(env: NodeJS.ProcessEnv = process.env): ReaperSupport {
  const chosen = env['WATERTIGHT_REAPER'];
  if (chosen === 'off') return { mode: 'off', why: 'WATERTIGHT_REAPER=off is set' };
  if (!systemProcessTable().available)
    return { mode: 'off', why: `no /proc on ${process.platform}: nothing can be proved of a process` };
  if (chosen === 'node') return { mode: 'node', why: 'WATERTIGHT_REAPER=node is set' };
  const missing = missingTool(env);
  return missing === undefined
    ? { mode: 'sh', why: '' }
    : { mode: 'node', why: `no ${missing}: a Node process of about 10 MB does it` };
}
