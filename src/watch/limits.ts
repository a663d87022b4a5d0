import type { MemoryLimit } from '../wire/index.ts';

/** The limits around the watched program. */
export function runLimits(): readonly MemoryLimit[] {
  return [];
}
