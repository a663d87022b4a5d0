import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from '../../cli/watertight.ts';
import { root, testNode } from '../../support/run-program.ts';

/** A Node 24 beside the one that runs the tests, where `node scripts/nodes.mjs 24` has fetched it. */
export const node24: string | undefined = [
  join(root, 'node_modules/.cache/watertight-nodes/node-24/node_modules/node/bin/node'),
].find((path) => existsSync(path));

export interface Program {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly tell: (line: string) => void;
  /** Sends the line and waits for the answer that begins so. */
  readonly ask: (line: string, answer: string) => Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export interface ProgramOptions {
  readonly node?: string;
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts the program, in place of node. */
  readonly through?: readonly string[];
}

/** Starts a program that knows nothing of watertight; it is killed when the test has finished. */
export function startProgram(args: readonly string[], options: ProgramOptions = {}): Program {
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  for (const key of Object.keys(env)) if (/^(?:VITEST|NODE_OPTIONS|WATERTIGHT_(?!TEST))/.test(key)) delete env[key];
  const command = [...(options.through ?? []), options.node ?? testNode, ...(options.nodeArgs ?? []), ...args];
  const child = spawn(command[0] ?? '', command.slice(1), { env, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const tell = (line: string): void => void child.stdin.write(`${line}\n`);
  return {
    child,
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    tell,
    async ask(line, answer) {
      const from = stdout.length;
      tell(line);
      const find = (): string | undefined =>
        stdout
          .slice(from)
          .split('\n')
          .slice(0, -1)
          .find((said) => said.startsWith(answer));
      await eventually(`the program answers ${answer}`, () => find() !== undefined);
      return find() ?? '';
    },
    ended,
  };
}

/** The service of test/programs/attached.mjs, ready. */
export async function startService(options: ProgramOptions = {}): Promise<Program> {
  const program = startProgram([join(root, 'test/programs/attached.mjs')], options);
  await eventually('the service is ready', () => program.stdout().includes('ready\n'));
  return program;
}

/** Ports in hexadecimal on which anybody on this machine listens. */
export function isListening(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .some((line) => line.includes(`:${hex} 00000000:0000 0A`));
}
