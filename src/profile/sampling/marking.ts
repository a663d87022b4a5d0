import { setFlagsFromString } from 'node:v8';
import type { Collect } from '../../kernel/collector.ts';
import type { Bytes } from '../../kernel/units.ts';
import type { Preparation } from './sampler.ts';

/**
 * Marks what lives before a collection of the whole heap is forced, in V8's own threads. A forced one that has to mark by itself takes classes for dead that have no
 * object at this moment (V8 keeps those only whose constructor it has seen alive by then): optimized code that knows them is thrown away, and a server is half as fast for a while.
 */
export interface Marking {
  /** For `isOver`: to be called in an earlier turn of the event loop than `begin`, for what is new counts as held until its turn ends. */
  prepare(): void;
  /** Collects what is young and begins to mark. V8 ends that by itself, with a collection, if nobody does. */
  begin(): void;
  /** Begins, and stands still while other threads mark a heap of this size: for as long as it was found that V8 does not end it. */
  inPlace(heapBytes: Bytes): Preparation;
  /** Whether V8 has ended it by itself. To be asked in later turns of the event loop than `begin`, at most 16 times: who asks keeps alive what tells. */
  isOver(): boolean;
}

// After each collection of what is young V8 asks whether marking shall begin; for this flag it always does.
const always = '--stress-incremental-marking';
const asUsual = '--no-stress-incremental-marking';
const megabyte = 1_048_576;
const mostRestMsPerMb = 0.8;
const leastRestMsPerMb = 0.3;
const leastRestMs = 3;
const shorter = 0.7;
const longer = 1.05;
const young = { type: 'minor' } as const;

export function createMarking(collect: Collect): Marking {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let restMsPerMb = mostRestMsPerMb;
  /** Held by nobody else: they are gone when the whole heap was collected. */
  let canaries: WeakRef<object>[] = [];

  function begin(): void {
    // Room for what the next lines allocate: from V8 13 on, a young collection that finds marking begun ends it at once.
    collect(young);
    try {
      setFlagsFromString(always);
      collect(young);
    } finally {
      setFlagsFromString(asUsual);
    }
  }

  return {
    prepare() {
      canaries = Array.from({ length: 16 }, () => new WeakRef({}));
    },
    begin,
    inPlace: (heapBytes) => ({
      prepare() {
        begin();
        Atomics.wait(cell, 0, 0, leastRestMs + (heapBytes / megabyte) * restMsPerMb);
      },
      collected(times) {
        const next = restMsPerMb * (times > 1 ? shorter : longer);
        restMsPerMb = Math.max(leastRestMsPerMb, Math.min(mostRestMsPerMb, next));
      },
    }),
    isOver: () => canaries.pop()?.deref() === undefined,
  };
}
