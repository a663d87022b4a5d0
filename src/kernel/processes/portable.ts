import type { ProcessTable } from './process-table.ts';

/** Where there is no /proc: nothing is known, so nothing is claimed and nothing is signalled. */
export function portableProcessTable(): ProcessTable {
  return {
    available: false,
    read: () => undefined,
    list: () => [],
    childrenOf: () => [],
    command: () => [],
    carries: () => undefined,
    session: () => undefined,
    rssBytes: () => undefined,
    pssBytes: () => undefined,
    space: undefined,
  };
}
