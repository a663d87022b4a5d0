import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock/index.ts';
import { until } from '../../kernel/clock/index.ts';
import type { ProcessTable } from '../platform/index.ts';
import { isRunning } from '../platform/index.ts';

const stepMs = 50;

/** Programs open the same port by default: who attaches to several at a time sends the signals one after the other. */
export class PortLock {
  readonly #path: string;
  readonly #table: ProcessTable;
  #isHeld = false;

  /** `root`: the folder in which run directories are made. */
  constructor(root: string, port: number, table: ProcessTable) {
    this.#path = join(root, `.port-${port}`);
    this.#table = table;
  }

  /** Waits for its turn; after `withinMs` it goes on without. A holder that has died holds nothing. */
  async take(clock: Clock, withinMs: number): Promise<void> {
    await until(clock, () => this.#try(), { withinMs, stepMs });
  }

  release(): void {
    if (this.#isHeld) rmSync(this.#path, { force: true });
    this.#isHeld = false;
  }

  #try(): boolean {
    const start = this.#table.read(process.pid)?.start ?? 0;
    try {
      writeFileSync(this.#path, `${process.pid} ${start}`, { flag: 'wx', mode: 0o600 });
      this.#isHeld = true;
      return true;
    } catch {
      if (!this.#holderLives()) rmSync(this.#path, { force: true });
      return false;
    }
  }

  #holderLives(): boolean {
    try {
      const [pid = 0, start = 0] = readFileSync(this.#path, 'utf8').split(' ').map(Number);
      // Whoever has just made it has not written yet.
      return pid === 0 || isRunning(this.#table, { pid, start });
    } catch {
      return false;
    }
  }
}
