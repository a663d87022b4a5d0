// What agents may call. Each tool opens real things, and each thing belongs to the scope of the execution that called it.
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Scope } from 'watertight';
import { defineKind } from 'watertight';
import { fileHandles, sockets } from 'watertight/kinds';

export interface ToolContext {
  readonly scope: Scope;
  readonly signal: AbortSignal;
  readonly folder: string;
  readonly echoPort: number;
}

export type Tool = (input: string, context: ToolContext) => Promise<string>;

type Child = ChildProcessByStdio<null, Readable, null>;

const hasEnded = (child: Child): boolean => child.exitCode !== null || child.signalCode !== null;

/** Asked to end, then killed; verified by what the system said about its end. */
const children = defineKind<Child>({
  type: 'process',
  release: (child, { signal }) =>
    new Promise<void>((resolve) => {
      if (hasEnded(child)) return resolve();
      const killer = setTimeout(() => child.kill('SIGKILL'), 500);
      signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
      child.once('exit', () => {
        clearTimeout(killer);
        resolve();
      });
      child.kill('SIGTERM');
    }),
  releaseSync: (child) => void child.kill('SIGKILL'),
  probe: (child) => (hasEnded(child) ? 'gone' : 'still-there'),
});

/** Rejects when the signal fires: what waits must not outlive its execution. */
function orAborted<T>(
  signal: AbortSignal,
  begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    const done = (): void => signal.removeEventListener('abort', abort);
    begin(
      (value) => {
        done();
        resolve(value);
      },
      (error) => {
        done();
        reject(error);
      },
    );
  });
}

let notes = 0;

/** Writes a note to a file and reads it back. The file stays open until the execution ends. */
const note: Tool = async (input, { scope, folder }) => {
  notes += 1;
  const path = join(folder, `note-${notes}.txt`);
  const file = await scope.acquire(() => open(path, 'w+'), fileHandles);
  await file.value.writeFile(input);
  const { buffer, bytesRead } = await file.value.read(Buffer.alloc(1024), 0, 1024, 0);
  return buffer.subarray(0, bytesRead).toString();
};

/** Asks a service over TCP. */
const ask: Tool = async (input, { scope, signal, echoPort }) => {
  const { value: socket } = scope.adopt(connect(echoPort, '127.0.0.1'), sockets);
  return orAborted(signal, (resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (data) => resolve(data.toString()));
    socket.write(input);
  });
};

/** Runs a program (by a POSIX shell) and returns what it prints. */
const compute: Tool = async (input, context) => runChild('printf %s "$0" | tr a-z A-Z', context, input);

function runChild(script: string, { scope, signal }: ToolContext, argument = ''): Promise<string> {
  const child: Child = spawn('sh', ['-c', script, argument], { stdio: ['ignore', 'pipe', 'ignore'] });
  scope.adopt(child, children);
  return orAborted(signal, (resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    child.once('error', reject);
    child.once('close', (code, killed) => {
      if (code === 0) resolve(text);
      else reject(new Error(`the program ended with ${killed ?? `status ${code}`}`));
    });
  });
}

/** Opens one of each, then fails. */
const crash: Tool = async (input, context) => {
  await note(input, context);
  await ask(input, context);
  throw new Error('the tool crashed');
};

/** A child that ignores SIGTERM and never ends, and a socket that is never answered: until the execution is over time. */
const hang: Tool = (_input, context) => {
  context.scope.adopt(connect(context.echoPort, '127.0.0.1'), sockets).value.on('error', () => undefined);
  return runChild("trap '' TERM; exec sleep 600", context);
};

/** A program that is killed from outside while it runs. */
const murdered: Tool = (_input, context) => runChild('kill -9 $$', context);

export const tools: Readonly<Record<string, Tool>> = { note, ask, compute, crash, hang, murdered };
