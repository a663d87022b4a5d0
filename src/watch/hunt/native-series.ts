import type { CountPoint } from '../../leak/index.ts';
import type { WatchedProcess } from '../assemble/process-group.ts';
import type { ThreadData } from '../data/thread-data.ts';
import { sharedBytes } from './external-series.ts';

/** What each sample of a thread accounts for: its heap as far as it is resident, what is external to it, and shared array buffers. */
function accountedBySamples({ samples, untouched }: ThreadData): readonly CountPoint[] {
  let at = -1;
  return samples.entries.map((sample) => {
    while ((untouched.entries[at + 1]?.[1] ?? Infinity) <= sample[1]) at += 1;
    const resident = Math.max(0, sample[4] - (untouched.entries[at]?.[2] ?? 0));
    return [sample[1], resident + sample[5] + sharedBytes(sample)];
  });
}

/** What is accounted for in one thread; nothing before it began and after it ended. A busy one may write no sample for long: what it held is taken to have changed steadily meanwhile. */
class Accounted {
  readonly #thread: ThreadData;
  readonly #points: readonly CountPoint[];
  #at = 0;

  constructor(thread: ThreadData) {
    this.#thread = thread;
    this.#points = accountedBySamples(thread);
  }

  /** To be asked for times that rise, in milliseconds since the epoch. */
  bytes(epochMs: number): number {
    const { header, end, lastMs } = this.#thread;
    const tMs = epochMs - header.t0;
    if (tMs < 0 || (end !== null && tMs > lastMs)) return 0;
    while ((this.#points[this.#at + 1]?.[0] ?? Infinity) <= tMs) this.#at += 1;
    const [before, after] = [this.#points[this.#at], this.#points[this.#at + 1]];
    if (before === undefined) return 0;
    if (after === undefined || tMs <= before[0]) return before[1];
    return before[1] + ((after[1] - before[1]) * (tMs - before[0])) / (after[0] - before[0]);
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
