import type { ChildProcess } from 'node:child_process';
import type { Clock, Timer } from '../../kernel/clock/index.ts';
import { formatDuration } from '../../kernel/format.ts';
import { idleSince } from '../live/idle-line.ts';
import type { Voice } from '../live/voice.ts';
import type { Session } from '../session.ts';
import type { WatchOptions } from '../watch-options.ts';
import { Load } from './load.ts';

const idleMs = 10_000;
/** A program that listens on nothing gets its load after this time. */
const loadDelayMs = 5_000;
/** After the load the collector has some time to show what stays. */
const settleMs = 5_000;
const graceMs = 10_000;

export interface EarlyEndParts {
  readonly options: WatchOptions;
  readonly session: Session;
  readonly clock: Clock;
  readonly voice: Voice;
  readonly child: ChildProcess;
}

/** Stops a program when the time is over, when it is idle, or when its load has ended. */
export class EarlyEnd {
  readonly #parts: EarlyEndParts;
  readonly #startMs: number;
  readonly #timers: Timer[] = [];
  #load: Load | undefined;
  #loadEndMs: number | undefined;
  #loadFailure: string | null = null;
  #stopped: string | null = null;

  constructor(parts: EarlyEndParts) {
    this.#parts = parts;
    this.#startMs = parts.clock.monotonic();
    const { durationMs } = parts.options;
    if (durationMs !== undefined) this.#later(durationMs, () => this.#stop(`the time is over (${formatDuration(durationMs)})`));
  }

  /** Why the program was stopped; null when it was not. */
  get stopped(): string | null {
    return this.#stopped;
  }

  /** Why the load failed; null when it did not, or there was none. */
  get loadFailure(): string | null {
    return this.#loadFailure;
  }

  /** To be called at each tick, after the data were read. */
  poll(): void {
    if (this.#stopped !== null) return;
    const { options, clock } = this.#parts;
    if (options.load !== undefined && this.#load === undefined) this.#startLoad(options.load);
    const isLoadOver = this.#loadEndMs !== undefined && clock.monotonic() - this.#loadEndMs >= settleMs;
    if (options.untilIdle === true) {
      if ((options.load === undefined || isLoadOver) && this.#isIdle()) this.#stop('the program is idle');
    } else if (options.durationMs === undefined && isLoadOver) this.#stop('the load has ended');
  }

  /** The program has ended: so does its load. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#load?.stop();
  }

  #startLoad(command: string): void {
    const { options, voice, clock } = this.#parts;
    const port = this.#port();
    if (port === undefined && clock.monotonic() - this.#startMs < loadDelayMs) return;
    voice.say(`load: ${command}${port === undefined ? '' : ` (the program listens on port ${port})`}`);
    this.#load = new Load({
      command,
      cwd: options.cwd,
      env: options.env,
      port,
      quiet: voice.silent || options.log !== undefined,
      ended: (failure) => this.#loadEnded(failure),
    });
  }

  #loadEnded(failure: string | null): void {
    this.#loadEndMs ??= this.#parts.clock.monotonic();
    if (this.#stopped !== null || failure === null) return;
    this.#loadFailure = failure;
    this.#parts.voice.say(`the load failed: ${failure}`);
  }

  #port(): number | undefined {
    for (const thread of this.#parts.session.tail.threads) {
      for (const row of thread.rows.all()) {
        const port = row.type === 'server' ? /:(\d+)$/.exec(row.detail)?.[1] : undefined;
        if (port !== undefined) return Number(port);
      }
    }
    return undefined;
  }

  #isIdle(): boolean {
    const running = this.#parts.session.tail.threads.filter(({ end }) => end === null);
    return (
      running.length > 0 &&
      running.every((thread) => {
        const since = idleSince(thread);
        return since !== undefined && thread.lastMs - since >= idleMs;
      })
    );
  }

  #stop(why: string): void {
    if (this.#stopped !== null) return;
    const { voice, child } = this.#parts;
    this.#stopped = why;
    voice.say(`${why}: stopping the program with SIGTERM`);
    child.kill('SIGTERM');
    this.#later(graceMs, () => {
      voice.say(`the program did not end within ${formatDuration(graceMs)} of SIGTERM: killing it`);
      child.kill('SIGKILL');
    });
  }

  #later(delayMs: number, run: () => void): void {
    this.#timers.push(this.#parts.clock.schedule(delayMs, run));
  }
}
