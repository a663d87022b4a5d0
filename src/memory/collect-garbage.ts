import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../kernel/clock/index.ts';
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

let collect: (() => unknown) | undefined;

/** Node's own `gc` when the program was started with `--expose-gc`, else one from a fresh context made while the flag is set. */
function collector(): () => unknown {
  const exposed: unknown = Reflect.get(globalThis, 'gc');
  if (typeof exposed === 'function') return () => Reflect.apply(exposed, undefined, []) as unknown;
  setFlagsFromString('--expose-gc');
  try {
    const made: unknown = runInNewContext('gc');
    if (typeof made === 'function') return () => Reflect.apply(made, undefined, []) as unknown;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
  throw new WatertightError('WT_NOT_AVAILABLE', 'this V8 has no way to collect garbage on request');
}

/**
 * Runs a full collection of this thread's heap now, without `--expose-gc`, and returns what is in use after it. The thread stands still
 * meanwhile: about 0.8 ms per MB of small objects. For tests and measurements; a program needs it never. Throws WT_NOT_AVAILABLE.
 */
export function collectGarbage(): CollectedGarbage {
  collect ??= collector();
  const before = process.memoryUsage().heapUsed;
  const start = systemClock.monotonic();
  collect();
  const pauseMs = systemClock.monotonic() - start;
  const { heapUsed, external } = process.memoryUsage();
  return { heapUsedBytes: heapUsed, externalBytes: external, freedBytes: before - heapUsed, pauseMs };
}
