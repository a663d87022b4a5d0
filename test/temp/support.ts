import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { root, testNode } from '../support/run-program.ts';

export const holder: string = join(root, 'test/programs/temp-holder.mjs');

/** What the holder prints first. */
export interface Held {
  readonly root: string;
  readonly socketPath: string;
  readonly nonce: string;
  readonly directory: string;
  readonly file: string;
  readonly link?: string;
}

export interface Holder {
  readonly held: Held;
  readonly pid: number;
  /** Resolves when the program has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts the holder with its temporary things in a folder, and resolves when it holds them. It is killed when the test ends. */
export async function startHolder(
  tmp: string,
  args: readonly string[] = ['wait'],
  env: Readonly<Record<string, string>> = {},
  before: readonly string[] = [],
): Promise<Holder> {
  const [command = testNode, ...rest] = [...before, testNode, holder, ...args];
  const plain: NodeJS.ProcessEnv = { ...process.env, XDG_RUNTIME_DIR: '', TMPDIR: tmp, ...env };
  const child = spawn(command, rest, { env: plain, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines = createInterface({ input: child.stdout });
  const held = await new Promise<Held>((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line) as Held));
    lines.once('close', () => reject(new Error('the holder ended without a word')));
  });
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return { held, pid: child.pid ?? 0, kill };
}

/** The owners' roots, and what else stands beside them, in a folder for temporary things. */
export function rootsIn(tmp: string): readonly string[] {
  const base = join(tmp, `watertight-temp-${process.getuid?.() ?? 'user'}`);
  return existsSync(base) ? readdirSync(base) : [];
}

const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];

/** Words before a command that let it mount what it likes, seen by nobody else. */
export const mounting: readonly string[] = ['unshare', ...namespaces];

/** Whether file systems can be mounted for a test. Where not, the tests that need it say so by their name. */
export const canMount: boolean =
  spawnSync('unshare', [...namespaces, 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'], { stdio: 'ignore' }).status === 0;

/** Whether a program can be run in a pid namespace of its own. */
export const canUnshare: boolean = spawnSync('unshare', ['--pid', '--fork', 'true'], { stdio: 'ignore' }).status === 0;
