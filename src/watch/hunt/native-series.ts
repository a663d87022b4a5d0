import type { CountPoint } from '../../leak/index.ts';
import type { WatchedProcess } from '../assemble/process-group.ts';
import type { ThreadData } from '../data/thread-data.ts';
import { sharedBytes } from './external-series.ts';

/** What is accounted for in one thread: its heap as reserved, what is external to it, and shared array buffers; nothing before it began and after it ended. */
class Accounted {
  readonly #thread: ThreadData;
  #at = 0;

  constructor(thread: ThreadData) {
    this.#thread = thread;
  }

  /** To be asked for times that rise, in milliseconds since the epoch. */
  bytes(epochMs: number): number {
    const { header, samples, end, lastMs } = this.#thread;
    const tMs = epochMs - header.t0;
    if (tMs < 0 || (end !== null && tMs > lastMs)) return 0;
    const { entries } = samples;
    while ((entries[this.#at + 1]?.[1] ?? Infinity) <= tMs) this.#at += 1;
    const sample = entries[this.#at];
    return sample === undefined ? 0 : sample[4] + sample[5] + sharedBytes(sample);
  }
}

/** Resident memory less what is accounted for, over the time of the main thread. */
export function nativeSeries({ main, threads }: WatchedProcess): readonly CountPoint[] {
  const accounted = threads.map((thread) => new Accounted(thread));
  return main.samples.entries.map((sample) => {
    const known = accounted.reduce((sum, thread) => sum + thread.bytes(main.header.t0 + sample[1]), 0);
    return [sample[1], Math.max(0, sample[2] - known)] as const;
  });
}
