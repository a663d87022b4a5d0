import type { Clock, Timer } from '../../kernel/clock/index.ts';
import type { ProcessTable } from '../platform/index.ts';

/** Small heaps fill within a tenth of a second; who has lived for a while fills up more slowly. */
const earlyMs = 25;
const earlyReadings = 80;
const everyMs = 200;
const maxProcesses = 32;

/**
 * Reads the resident memory of the watched processes from outside, every 25 ms for two seconds and then every 200: a program that fills its heap in one
 * synchronous go writes no record while it does. About 20 µs per process and reading.
 */
export class RssWatch {
  readonly #table: ProcessTable;
  readonly #clock: Clock;
  readonly #pids: () => readonly number[];
  readonly #last = new Map<number, number>();
  #readings = 0;
  #timer: Timer | undefined;

  constructor(table: ProcessTable, clock: Clock, pids: () => readonly number[]) {
    this.#table = table;
    this.#clock = clock;
    this.#pids = pids;
  }

  /** The last reading of each process, in bytes; it stays when the process has gone. */
  get last(): ReadonlyMap<number, number> {
    return this.#last;
  }

  start(): void {
    if (!this.#table.available) return;
    const pauseMs = this.#readings < earlyReadings ? earlyMs : everyMs;
    this.#timer = this.#clock.schedule(pauseMs, () => {
      this.#readings += 1;
      this.#read();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #read(): void {
    for (const pid of this.#pids().slice(0, maxProcesses)) {
      const bytes = this.#table.rssBytes(pid);
      // A process that is being taken down shows 0 for a moment.
      if (bytes !== undefined && bytes > 0) this.#last.set(pid, bytes);
    }
  }
}
