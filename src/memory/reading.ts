import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { Bytes } from '../kernel/units.ts';
import type { Platform } from './platform.ts';
import { platform } from './this-platform.ts';
import type { CgroupUse, HeapSpace, MemoryReading, ProcessMemory, Unavailable } from './types.ts';

/** The group that is nearest to its limit. */
export function nearest(groups: readonly CgroupUse[]): CgroupUse | null {
  return groups.toSorted((a, b) => b.usedBytes / b.limitBytes - a.usedBytes / a.limitBytes)[0] ?? null;
}

function whatIsMissing(from: Platform, own: ProcessMemory | null, cgroup: CgroupUse | null): readonly Unavailable[] {
  const missing: Unavailable[] = [];
  if (own === null) missing.push({ what: 'vmsBytes', why: from.reason ?? 'the kernel does not show it' });
  if (cgroup === null)
    missing.push({ what: 'cgroup', why: from.reason ?? 'no memory limit applies to the control groups of this process' });
  return missing;
}

/** Reads what the process and this thread use now, and the limits around them. About 0.1 ms; never throws. */
export function readMemory(): MemoryReading {
  return readMemoryFrom(platform);
}

/** The same, as seen by the given platform. */
export function readMemoryFrom(from: Platform): MemoryReading {
  const own = from.readProcess('self');
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  const host = from.readHost();
  const cgroup = nearest(from.readCgroups(host));
  return {
    rssBytes: own?.rssBytes ?? rss,
    vmsBytes: own?.vmsBytes ?? null,
    heapUsedBytes: heapUsed,
    heapTotalBytes: heapTotal,
    heapLimitBytes: getHeapStatistics().heap_size_limit,
    externalBytes: external,
    arrayBuffersBytes: arrayBuffers,
    cgroup,
    host,
    unavailable: whatIsMissing(from, own, cgroup),
  };
}

/** Memory of another process, or of this one; `null` when there is no such process or the system has no /proc. Throws nothing. */
export function readProcessMemory(pid: number): ProcessMemory | null {
  return Number.isSafeInteger(pid) && pid > 0 ? platform.readProcess(pid) : null;
}

/**
 * Proportional set size: resident memory with shared pages divided among the processes that share them. Default: of this process.
 * `null` when it cannot be read (another user's process, no /proc). Costs 11 ms per GB of resident memory.
 */
export function readPss(pid?: number): Bytes | null {
  return platform.readPss(pid ?? 'self');
}

/** The spaces of this thread's heap, as V8 names them. V8 has one limit for all of them together, `heapLimitBytes`. */
export function readHeapSpaces(): readonly HeapSpace[] {
  return getHeapSpaceStatistics().map((space) => ({
    name: space.space_name,
    usedBytes: space.space_used_size,
    sizeBytes: space.space_size,
    availableBytes: space.space_available_size,
  }));
}
