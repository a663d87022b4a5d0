import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

export interface LoadOptions {
  readonly command: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The first port on which the program listens; undefined when it listens on none. */
  readonly port: number | undefined;
  readonly quiet: boolean;
  /** Called once, with why it failed or null. */
  readonly ended: (failure: string | null) => void;
}

/** A command of the shell that runs beside the program, unwatched; what it prints goes to our stderr. */
export class Load {
  readonly #child: ChildProcess;

  constructor({ command, cwd, env, port, quiet, ended }: LoadOptions) {
    const output = quiet ? 'ignore' : 2;
    this.#child = spawn(command, {
      shell: true,
      cwd,
      env: port === undefined ? env : { ...env, WATERTIGHT_PORT: String(port) },
      stdio: ['ignore', output, output],
      // A group of its own: what the shell has started ends with it.
      detached: true,
    });
    this.#child.once('error', (error) => ended(error.message));
    this.#child.once('exit', (code, signal) =>
      ended(code === 0 ? null : signal === null ? `status ${code}` : `ended by ${signal}`),
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  stop(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      this.#child.kill('SIGTERM');
    }
  }
}
