import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseReport } from '../../src/report/index.ts';
import type { Report } from '../../src/wire/index.ts';
import type { ProgramEnd } from '../support/run-program.ts';
import { root, runCommand, testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const { setTimeout: wait } = globalThis;

/** The command line as it is built; another build may be named. */
export const bin = process.env['WATERTIGHT_TEST_BIN'] ?? join(root, 'dist/cli/bin.js');

/** A folder of its own for everything that a run writes. */
export interface Place {
  readonly cwd: string;
  readonly live: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function place(env: Readonly<Record<string, string | undefined>> = {}): Place {
  const cwd = tempFolder();
  const live = tempFolder();
  return {
    cwd,
    live,
    env: {
      WATERTIGHT_DIR: live,
      WATERTIGHT_RUN: undefined,
      WATERTIGHT_OFF: undefined,
      NODE_OPTIONS: undefined,
      XDG_RUNTIME_DIR: undefined,
      CI: undefined,
      FORCE_COLOR: undefined,
      ...env,
    },
  };
}

export function cli(where: Place, args: readonly string[]): Promise<ProgramEnd> {
  return runCommand(process.execPath, [bin, ...args], { cwd: where.cwd, env: where.env, timeoutMs: 50_000 });
}

/** `watertight run <options> -- node -e <source>` */
export function runSource(
  where: Place,
  source: string,
  options: readonly string[] = [],
  nodeArgs: readonly string[] = [],
): Promise<ProgramEnd> {
  return cli(where, ['run', ...options, '--', testNode, ...nodeArgs, '-e', source]);
}

export function reports(where: Place): readonly string[] {
  const folder = join(where.cwd, '.watertight');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'report.json')))
    .sort();
}

export function lastReport(where: Place): Report {
  const name = reports(where).at(-1);
  if (name === undefined) throw new Error('no report was written');
  return parseReport(readFileSync(join(where.cwd, '.watertight', name, 'report.json'), 'utf8'));
}

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stderr: () => string;
  readonly stdout: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** Starts the command line and leaves it running; it is killed when the test has finished. */
export function start(where: Place, args: readonly string[], detached = false): Started {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [key, value] of Object.entries(where.env)) {
    if (value === undefined) delete env[key];
    else env[key] = value;
  }
  const child = spawn(process.execPath, [bin, ...args], { cwd: where.cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached });
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    child.stdout?.destroy();
    child.stderr?.destroy();
  });
  return { child, pid: child.pid ?? 0, stderr: () => stderr, stdout: () => stdout, ended };
}

/** Waits until the condition holds; fails by name when the time is over. */
export async function eventually(what: string, condition: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`did not happen within ${withinMs} ms: ${what}`);
    await new Promise<void>((resolve) => {
      wait(resolve, 10);
    });
  }
}

export function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '')[0] !== 'Z';
  } catch {
    return false;
  }
}

/** Kills a process when the test has finished, should it still be there. */
export function killAfterwards(pid: number): void {
  onTestFinished(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  });
}
