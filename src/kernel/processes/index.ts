import { linuxProcessTable } from './linux.ts';
import { portableProcessTable } from './portable.ts';
import type { ProcessTable } from './process-table.ts';

export type { ProcessId, ProcessTable } from './process-table.ts';
export { isRunning, processKey } from './process-table.ts';
export type { KnownProcess } from './process-tree.ts';
export { ProcessTree } from './process-tree.ts';
export { sendSignal } from './send-signal.ts';

/** The process table of this system. */
export function systemProcessTable(): ProcessTable {
  return process.platform === 'linux' ? linuxProcessTable() : portableProcessTable();
}
