import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/**
 * Answers whether a signal went to our whole process group or to us alone. The system does not tell who else got it, so a
 * tiny companion in the same group is asked: it dies of the signals that we forward, and of the end of the pipe that we hold.
 * Where there is no sh, the answer is always "to us alone".
 */
export class GroupProbe {
  #companion: ChildProcess | undefined;
  #alive = false;

  start(): void {
    try {
      const companion = spawn('/bin/sh', ['-c', "trap '' INT QUIT; read -r _"], { stdio: ['pipe', 'ignore', 'ignore'], env: {} });
      companion.once('error', () => this.#gone(companion));
      companion.once('exit', () => this.#gone(companion));
      companion.stdin?.on('error', () => undefined);
      companion.unref();
      // A pipe of a child is a socket, which can be told not to keep us alive.
      (companion.stdin as unknown as { unref?: () => void } | null)?.unref?.();
      this.#companion = companion;
      this.#alive = true;
    } catch {
      this.#alive = false;
    }
  }

  get pid(): number | undefined {
    return this.#companion?.pid;
  }

  /** Whether the companion still lives: after a signal to the group it does not. */
  get alive(): boolean {
    return this.#alive;
  }

  stop(): void {
    this.#companion?.stdin?.destroy();
    this.#companion = undefined;
  }

  #gone(companion: ChildProcess): void {
    if (this.#companion === companion) this.#alive = false;
  }
}
