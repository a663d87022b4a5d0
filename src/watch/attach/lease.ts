import { closeSync, openSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock/index.ts';
import { leaseFileName } from '../../wire/names.ts';
import type { ProcessId } from '../platform/index.ts';

const renewMs = 2_000;

/** Says to the agents of a program that was attached to that we are still there: without it they stop by themselves. */
export class Lease {
  readonly #path: string;
  readonly #clock: Clock;
  #renewedMs: number;

  /** Granted before the agents come. */
  constructor(directory: string, id: ProcessId, clock: Clock) {
    this.#path = join(directory, leaseFileName(id.pid, id.start));
    this.#clock = clock;
    this.#renewedMs = clock.monotonic();
    closeSync(openSync(this.#path, 'a', 0o600));
  }

  /** To be called at each tick. */
  renew(): void {
    const now = this.#clock.monotonic();
    if (now - this.#renewedMs < renewMs) return;
    this.#renewedMs = now;
    const seconds = this.#clock.now() / 1000;
    try {
      utimesSync(this.#path, seconds, seconds);
    } catch {
      // Taken away by hand: the agents have stopped.
    }
  }

  /** The agents stop at their next look, within about a second. */
  revoke(): void {
    rmSync(this.#path, { force: true });
  }
}
