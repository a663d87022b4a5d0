import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Set by users whose bundler or package manager moved the agent's files. */
export const agentVariable = 'WATERTIGHT_AGENT';

/** The file to preload; undefined when it is not there. */
export function agentFile(env: NodeJS.ProcessEnv): string | undefined {
  const chosen = env[agentVariable];
  const file = chosen ? resolve(chosen) : fileURLToPath(new URL('../../agent/entry.cjs', import.meta.url));
  return existsSync(file) ? file : undefined;
}
