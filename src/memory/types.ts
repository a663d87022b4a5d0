import type { Bytes, Milliseconds } from '../kernel/units.ts';

/** What can run out: the heap of this thread, the container, the machine, or what the caller set. */
export type LimitName = 'heap' | 'cgroup' | 'host' | 'configured';

/** How much of something there may be. */
export interface MemoryLimit {
  readonly name: LimitName;
  readonly bytes: Bytes;
  /** Where the figure comes from: a flag, a file of the kernel, an option. */
  readonly source: string;
}

/** How much of a limit is used. */
export interface MemoryUse extends MemoryLimit {
  /** What counts against this limit: heap in use; the container's memory less the page cache that it can drop; the machine's memory that is not available; resident memory of the process. */
  readonly usedBytes: Bytes;
  /** `usedBytes` divided by `bytes`, 0 to 1; above 1 where a configured limit is exceeded. */
  readonly share: number;
}

/** Memory of one process as the kernel counts it. */
export interface ProcessMemory {
  /** Resident: in RAM now, shared pages included. */
  readonly rssBytes: Bytes;
  /** The size of the address space; says little about use. */
  readonly vmsBytes: Bytes;
  /** The part of `rssBytes` that is backed by files or shared memory. */
  readonly sharedBytes: Bytes;
}

/** A space of the V8 heap of this thread. */
export interface HeapSpace {
  readonly name: string;
  readonly usedBytes: Bytes;
  /** What V8 has taken from the system for it. */
  readonly sizeBytes: Bytes;
  /** What may still be allocated in it before it must grow or collect. */
  readonly availableBytes: Bytes;
}

/** A group whose limit holds for this process: its own control group, or one above it. */
export interface CgroupUse {
  readonly limitBytes: Bytes;
  /** Memory of the whole group, less inactive page cache, which the kernel drops before it kills. */
  readonly usedBytes: Bytes;
  /** The file that the limit was read from. */
  readonly source: string;
}

/** Memory of the whole machine. */
export interface HostMemory {
  readonly totalBytes: Bytes;
  /** What can be had without swapping. */
  readonly availableBytes: Bytes;
}

/** One reading of all that is cheap to read. `null` means not known; `unavailable` says why. */
export interface MemoryReading {
  /** Of the process. */
  readonly rssBytes: Bytes;
  /** Of the process. */
  readonly vmsBytes: Bytes | null;
  /** Of this thread's heap: objects, garbage that was not collected yet included. */
  readonly heapUsedBytes: Bytes;
  /** Of this thread's heap: taken from the system. */
  readonly heapTotalBytes: Bytes;
  readonly heapLimitBytes: Bytes;
  /** Memory outside the heap that objects of this thread hold, array buffers included. */
  readonly externalBytes: Bytes;
  readonly arrayBuffersBytes: Bytes;
  /** The group nearest to its limit; `null` when no limit applies. */
  readonly cgroup: CgroupUse | null;
  readonly host: HostMemory;
  readonly unavailable: readonly Unavailable[];
}

/** What could not be read, and why. */
export interface Unavailable {
  readonly what: string;
  readonly why: string;
}

/** Collections of this thread since counting began. */
export interface CollectionTotals {
  /** Of the young generation. */
  readonly minor: number;
  readonly minorMs: Milliseconds;
  /** Of the whole heap. */
  readonly full: number;
  readonly fullMs: Milliseconds;
  /** Longest time that the thread stood still for one. */
  readonly longestMs: Milliseconds;
}

/** How late timers of this thread's event loop ran since the reading before, at a resolution of 100 ms. */
export interface LoopDelay {
  readonly meanMs: Milliseconds;
  readonly maxMs: Milliseconds;
}

/** How near the tightest limit is: by default from 70, 80 and 90 % on. */
export type MemoryLevel = 'normal' | 'info' | 'warning' | 'critical';

/** What a monitor saw at one time. */
export interface MemorySample extends MemoryReading {
  /** Milliseconds since the epoch. */
  readonly atMs: Milliseconds;
  /** All limits that count, with their use. */
  readonly uses: readonly MemoryUse[];
  /** The one of them with the highest share; `null` when none is known. */
  readonly tightest: MemoryUse | null;
  readonly level: MemoryLevel;
  /** Proportional set size of the process: shared pages divided among who shares them. `null` unless `pssEveryMs` is set and one was read. */
  readonly pssBytes: Bytes | null;
  /** `null` when counting is off. */
  readonly collections: CollectionTotals | null;
  /** `null` when measuring is off or nothing was measured yet. */
  readonly loopDelay: LoopDelay | null;
}
