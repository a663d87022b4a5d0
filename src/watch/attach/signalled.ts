import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessId } from '../platform/index.ts';

/**
 * Remembers that we sent a program the signal that opens its inspector: a program that is blocked opens it when it is free, when we may have
 * gone. Whoever attaches then finds it open, knows by this that it is ours, and closes it.
 */
export class Signalled {
  readonly #path: string;

  /** `root`: the folder in which run directories are made. */
  constructor(root: string, id: ProcessId) {
    this.#path = join(root, `.signalled-${id.pid}-${id.start}`);
  }

  get before(): boolean {
    return existsSync(this.#path);
  }

  remember(): void {
    writeFileSync(this.#path, '', { mode: 0o600 });
  }

  forget(): void {
    rmSync(this.#path, { force: true });
  }
}
