import type { CountPoint } from '../../leak/index.ts';
import type { SampleRecord } from '../../wire/index.ts';
import { isOfBuffers } from '../data/survivor-data.ts';
import type { ThreadData } from '../data/thread-data.ts';

/** So many collections in a row may be followed by a figure that is too high. */
const inARow = 3;

type Read = Pick<ThreadData, 'collections' | 'samples' | 'survivors'>;

/**
 * Array buffers that are shared: Node counts them, V8 does not. Too little where V8 knows of other memory outside of the heap (compressors, WebAssembly):
 * as much of them as that goes unseen here. The two figures of a sample are of one moment.
 */
export function sharedBytes(sample: SampleRecord): number {
  return Math.max(0, sample[6] - sample[5]);
}

/** All figures that were ever read, by time. */
function readings({ collections, samples, survivors }: Read): readonly CountPoint[] {
  return [
    ...collections.entries.map((record) => [record[1], record[5]] as const),
    ...samples.entries.map((sample) => [sample[1], sample[5]] as const),
    ...survivors.windows
      // Those of buffers count shared ones, too.
      .filter((window) => !isOfBuffers(window))
      .flatMap(({ series }) => series.polls.map(({ tMs, externalBytes }) => [tMs, externalBytes] as const)),
  ].sort((a, b) => a[0] - b[0]);
}

/** Only collections make points, for between them garbage piles up: each is the least that was read from it until the next, or after one of the two that follow. */
function lowerEnvelope({ collections }: Read, all: readonly CountPoint[]): readonly CountPoint[] {
  const times = collections.entries.map((record) => record[1]);
  let at = all.findIndex(([tMs]) => tMs >= (times[0] ?? Infinity));
  const least = times.map((_, index) => {
    let lowest = Infinity;
    for (; at >= 0 && (all[at]?.[0] ?? Infinity) < (times[index + 1] ?? Infinity); at += 1)
      lowest = Math.min(lowest, all[at]?.[1] ?? Infinity);
    return lowest;
  });
  return times
    .map((tMs, index) => [tMs, Math.min(...least.slice(index, index + inARow))] as const)
    .filter(([, bytes]) => Number.isFinite(bytes));
}

/**
 * The lower envelope of the memory outside of the heap that V8 knows of. The memory of buffers is let go of some time after their objects, so the
 * figure right after a full collection can hold what died long before.
 */
export function externalSeries(thread: Read): readonly CountPoint[] {
  return lowerEnvelope(thread, readings(thread));
}

/** The same of shared array buffers, as far as samples, once a second, tell of them. */
export function sharedSeries(thread: Read): readonly CountPoint[] {
  return lowerEnvelope(
    thread,
    thread.samples.entries.map((sample) => [sample[1], sharedBytes(sample)] as const),
  );
}
