import { memoryLimits, readMemory } from '../memory/index.ts';
import type { MemoryLimit } from '../wire/index.ts';

/** The limits around the watched program; its heap's own comes from its data file. */
export function runLimits(): readonly MemoryLimit[] {
  return memoryLimits().filter((limit) => limit.name !== 'heap');
}

/** How much of the container's memory is used now, by everything in it; null outside of a container with a limit. */
export function containerUse(): { readonly usedBytes: number; readonly limitBytes: number } | null {
  const { cgroup } = readMemory();
  return cgroup === null ? null : { usedBytes: cgroup.usedBytes, limitBytes: cgroup.limitBytes };
}
