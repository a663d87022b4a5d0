// Starts test/programs/process-holder.mjs and says what it holds.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { root as repository } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { eventually, node, runs } from './trees.ts';

export interface Held {
  readonly reaper?: string;
  readonly root?: string;
  readonly socket?: string;
  readonly socketFile?: string;
  readonly port?: number;
  readonly pids?: readonly number[];
  readonly ready?: boolean;
}

export interface Holder {
  readonly child: ChildProcess;
  /** Where its temporary things stand. */
  readonly directory: string;
  /** What it has said that it holds. */
  readonly held: () => Held;
  readonly exit: Promise<unknown>;
}

export interface HolderOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: readonly string[];
  readonly directory?: string;
  /** Of node itself: before the program. */
  readonly prefix?: readonly string[];
}

const program = join(repository, 'test/programs/process-holder.mjs');

function parse(text: string): Held {
  const lines = text.split('\n').slice(0, -1);
  return Object.assign({}, ...lines.map((line) => JSON.parse(line) as Held)) as Held;
}

export function startHolder(way: string, options: HolderOptions = {}): Holder {
  const directory = options.directory ?? tempFolder();
  const { prefix = [], settings = [] } = options;
  const command = [...prefix, node, program, way, `directory=${directory}`, ...settings];
  const child = spawn(command[0] ?? node, command.slice(1), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...options.env },
  });
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (part: string) => (text += part));
  const exit = once(child, 'exit');
  onTestFinished(async () => {
    for (const pid of parse(text).pids ?? []) if (runs(pid)) process.kill(pid, 'SIGKILL');
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exit;
  });
  return { child, directory, held: () => parse(text), exit };
}

/** What of it is still there. */
export function leftOf({ directory, held }: Holder): readonly string[] {
  const { pids = [], root, socket, socketFile } = held();
  const files = [root, socket, socketFile].filter((path) => path !== undefined && path !== '' && existsSync(path));
  const below = existsSync(directory) ? readdirSync(directory).flatMap((base) => readdirSync(join(directory, base))) : [];
  return [...pids.filter(runs).map((pid) => `process ${pid}`), ...files.map(String), ...below];
}

export async function ready(holder: Holder): Promise<Held> {
  await eventually('the holder is ready', () => holder.held().ready === true || holder.child.exitCode !== null);
  return holder.held();
}
