import { linuxProcessTable } from './linux.ts';
import { portableProcessTable } from './portable.ts';
import type { ProcessTable } from './process-table.ts';

export type { ProcessId, ProcessTable } from './process-table.ts';
export { isRunning, processKey } from './process-table.ts';
export { oomKills } from './oom-kills.ts';

/** The process table of this system. */
export function systemProcessTable(): ProcessTable {
  return process.platform === 'linux' ? linuxProcessTable() : portableProcessTable();
}
