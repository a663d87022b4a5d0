import type { KnownProcess, ProcessTable } from '../kernel/processes/index.ts';
import type { TreeMemory } from './types.ts';

/** What can be measured of a tree. */
export interface MemoryOptions {
  /** Whether the proportional sum is read, too: about 2 ms for each large process. Default true. */
  readonly pss?: boolean;
}

/** Processes that end while they are measured count as nothing. */
export function measure(table: ProcessTable, found: readonly KnownProcess[], pss: boolean): TreeMemory {
  let rssBytes = 0;
  let pssBytes: number | null = pss && table.available ? 0 : null;
  let processes = 0;
  for (const { pid } of found) {
    const rss = table.rssBytes(pid);
    if (rss === undefined || rss === 0) continue;
    processes += 1;
    rssBytes += rss;
    if (pssBytes === null) continue;
    const share = table.pssBytes(pid);
    if (share !== undefined) pssBytes += share;
    else if (table.read(pid)?.zombie === false) pssBytes = null;
  }
  return Object.freeze({ processes, rssBytes, pssBytes });
}
