import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** The command could not be started. `status` is what a shell would answer: 127 not found, 126 not executable. */
export interface StartFailure {
  readonly status: 126 | 127;
  readonly why: string;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Launched {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves when the program has ended. */
  readonly ended: Promise<Ending>;
}

function failure(error: NodeJS.ErrnoException, cwd: string): StartFailure {
  if (error.code === 'ENOENT')
    return { status: 127, why: error.path === undefined ? `no such directory: ${cwd}` : 'no such command' };
  if (error.code === 'EACCES') return { status: 126, why: 'it is not executable, or not allowed' };
  return { status: 126, why: error.message };
}

/** Starts the command with our own terminal: the same descriptors, the same process group. */
export function launch(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Launched | StartFailure> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(program, args, { cwd, env, stdio: 'inherit' });
    } catch (error) {
      resolve(failure(error as NodeJS.ErrnoException, cwd));
      return;
    }
    const ended = new Promise<Ending>((done) => {
      child.once('exit', (code, signal) => done({ code, signal }));
    });
    child.once('error', (error) => resolve(failure(error, cwd)));
    child.once('spawn', () => resolve({ pid: child.pid ?? 0, child, ended }));
  });
}
