import { systemClock } from '../kernel/clock/index.ts';
import { takeCollector } from '../kernel/collector.ts';
import { WatertightError } from '../kernel/errors.ts';
import type { Bytes, Milliseconds } from '../kernel/units.ts';

/** What a collection on request brought. */
export interface CollectedGarbage {
  /** Heap of this thread in use after the collection. */
  readonly heapUsedBytes: Bytes;
  readonly externalBytes: Bytes;
  /** How much less heap is in use than before; below 0 when more came than went. */
  readonly freedBytes: Bytes;
  /** How long this thread stood still. */
  readonly pauseMs: Milliseconds;
}

let collect: (() => void) | null = null;

/**
 * Runs a full collection of this thread's heap now, without `--expose-gc`, and returns what is in use after it. The thread stands still
 * meanwhile: about 0.8 ms per MB of small objects. For tests and measurements; a program needs it never. Throws WT_NOT_AVAILABLE.
 */
export function collectGarbage(): CollectedGarbage {
  collect ??= takeCollector();
  if (collect === null) throw new WatertightError('WT_NOT_AVAILABLE', 'this V8 has no way to collect garbage on request');
  const before = process.memoryUsage().heapUsed;
  const start = systemClock.monotonic();
  collect();
  const pauseMs = systemClock.monotonic() - start;
  const { heapUsed, external } = process.memoryUsage();
  return { heapUsedBytes: heapUsed, externalBytes: external, freedBytes: before - heapUsed, pauseMs };
}
