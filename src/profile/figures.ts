import { getHeapStatistics } from 'node:v8';
import type { Bytes } from '../kernel/units.ts';

/** What is in use at one time, or how that changed. */
export interface MemoryFigures {
  /** Resident memory of the whole process, all threads. */
  readonly rssBytes: Bytes;
  /** Objects in the heap of this thread, garbage that was not collected yet included. */
  readonly heapUsedBytes: Bytes;
  /** Memory outside the heap that objects of this thread hold: buffers, mostly. */
  readonly externalBytes: Bytes;
}

/** One look, with what V8 says of all that was ever allocated. */
export interface Look extends MemoryFigures {
  /** Bytes allocated in this thread's heap since it began; `null` where V8 does not count them (before Node 26). */
  readonly countedBytes: Bytes | null;
  /** The highest that resident memory of the process ever was. */
  readonly highestRssBytes: Bytes;
}

const bytesPerKb = 1024;

/** 20 to 30 µs, almost all of it for resident memory. */
export function look(): Look {
  const heap = getHeapStatistics();
  // Since Node 26; the typings do not know it.
  const counted: unknown = Reflect.get(heap, 'total_allocated_bytes');
  return {
    rssBytes: process.memoryUsage.rss(),
    heapUsedBytes: heap.used_heap_size,
    externalBytes: heap.external_memory,
    countedBytes: typeof counted === 'number' ? counted : null,
    highestRssBytes: process.resourceUsage().maxRSS * bytesPerKb,
  };
}

export function figuresOf({ rssBytes, heapUsedBytes, externalBytes }: MemoryFigures): MemoryFigures {
  return { rssBytes, heapUsedBytes, externalBytes };
}

export function changeBetween(before: MemoryFigures, after: MemoryFigures): MemoryFigures {
  return {
    rssBytes: after.rssBytes - before.rssBytes,
    heapUsedBytes: after.heapUsedBytes - before.heapUsedBytes,
    externalBytes: after.externalBytes - before.externalBytes,
  };
}
