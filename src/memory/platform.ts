import type { Bytes } from '../kernel/units.ts';
import type { CgroupUse, HostMemory, ProcessMemory } from './types.ts';

export type Pid = number | 'self';

/** What differs between systems. `null` means that this system cannot tell, or that there is no such process. Nothing here throws. */
export interface Platform {
  /** Why `null` is all that can be had of these; `null` where the system can tell. */
  readonly reason: string | null;
  /** What tells the size of the machine's memory. */
  readonly hostSource: string;
  readProcess(pid: Pid): ProcessMemory | null;
  /** Expensive: the kernel walks the page tables, 11 ms for 1 GB. */
  readPss(pid: Pid): Bytes | null;
  /** Every group with a limit below the machine's memory, from the process's own upwards; empty where none applies. */
  readCgroups(host: HostMemory): readonly CgroupUse[];
  readHost(): HostMemory;
}
