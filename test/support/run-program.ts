import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureEnd } from './capture-end.ts';

/** The node binary that child programs of tests run with: WATERTIGHT_TEST_NODE, else the one that runs the tests. */
export const testNode: string = process.env['WATERTIGHT_TEST_NODE'] ?? process.execPath;

/** The root of the repository. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url));

export interface ProgramOptions {
  /** Arguments of the program. */
  readonly args?: readonly string[];
  /** Arguments of node itself, before the program. */
  readonly nodeArgs?: readonly string[];
  /** Path of the node binary; default {@link testNode}. */
  readonly node?: string;
  /** Added to the environment of the tests; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to stdin, which is then closed. */
  readonly input?: string;
  readonly cwd?: string;
  /** The program is killed (SIGKILL) after this time and `timedOut` is true; default 30 000. */
  readonly timeoutMs?: number;
}

export interface ProgramEnd {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status, or null after a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
}

function environmentWith(changes: ProgramOptions['env']): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  // What vitest tells its own workers is none of the program's business.
  for (const key of Object.keys(env)) if (key.startsWith('VITEST')) delete env[key];
  delete env['NODE_OPTIONS'];
  for (const [key, value] of Object.entries(changes ?? {})) {
    if (value === undefined) delete env[key];
    else env[key] = value;
  }
  return env;
}

/**
 * Runs a program with node and resolves when it has ended and its output is read. `program` is a file (absolute, or
 * relative to the repository), or source text: text that names no file runs as an ES module through `--eval`.
 */
export async function runProgram(program: string, options: ProgramOptions = {}): Promise<ProgramEnd> {
  const file = isAbsolute(program) ? program : join(root, program);
  const isFile = !program.includes('\n') && existsSync(file);
  const what = isFile ? [file] : ['--input-type=module', '--eval', program];
  const separator = isFile || options.args === undefined ? [] : ['--'];
  const args = [...(options.nodeArgs ?? []), ...what, ...separator, ...(options.args ?? [])];
  return runCommand(options.node ?? testNode, args, options);
}

/** Runs any command and resolves when it has ended and its output is read. Rejects only if it could not be started. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: Omit<ProgramOptions, 'args' | 'node' | 'nodeArgs'> = {},
): Promise<ProgramEnd> {
  const child = spawn(command, args, { cwd: options.cwd ?? root, env: environmentWith(options.env), stdio: 'pipe' });
  // A program that ends without reading its input closes the pipe under us: that is no failure of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return captureEnd(child, options.timeoutMs ?? 30_000);
}
