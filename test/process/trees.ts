// What the tests of process trees share: programs that behave badly, and a look at the real process table.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { testNode } from '../support/run-program.ts';

/** State letter, parent and start time of a process; undefined when there is none. */
export function stateOf(pid: number): { readonly state: string; readonly parent: number; readonly start: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), start: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

/** Whether it runs: a process that has ended and waits to be reaped does not. */
export function runs(pid: number): boolean {
  const found = stateOf(pid);
  return found !== undefined && found.state !== 'Z' && found.state !== 'X';
}

/** Resolves once the condition holds; rejects, naming it, when it does not within 20 s. */
export async function eventually(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never came true: ${what}`);
    await wait(5);
  }
}

/** Reads the lines that a child prints until there are so many of the form `name pid`. */
export async function pidsFrom(child: ChildProcess, count: number): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  let text = '';
  child.stdout?.setEncoding('utf8');
  child.stdout?.on('data', (part: string) => {
    text += part;
    for (const [, name = '', pid] of text.matchAll(/^(\w+) (\d+)$/gm)) found[name] = Number(pid);
  });
  await eventually(`${count} pids in ${text}`, () => Object.keys(found).length >= count);
  return found;
}

/** A process of nobody's, ended when the test is over. */
export function stranger(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(command, [...args], { stdio: 'ignore', env: { ...process.env, ...env }, detached: true });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  );
  return child;
}

/** Three levels, one that double-forks into a session of its own, one that wipes its environment; prints their pids. */
export const threeLevels = `
echo "root $$"
sh -c 'echo "second $$"; sh -c "echo \\"third \\$\\$\\"; exec sleep 600"; :' &
(setsid sh -c 'echo "forked $$"; exec sleep 600' &)
env -i PATH="$PATH" sh -c 'echo "wiped $$"; exec sleep 600' &
wait
`;

export const levels = 5;

/** Names of what still runs. */
export function running(pids: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(pids).flatMap(([name, pid]) => (runs(pid) ? [name] : []));
}

export const node = testNode;
