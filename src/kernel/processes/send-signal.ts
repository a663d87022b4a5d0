import type { ProcessId, ProcessTable } from './process-table.ts';
import { isRunning } from './process-table.ts';

/**
 * Sends a signal to exactly this process: its start time is looked at right before. Nothing happens when the number has passed to
 * another, when its start is not known, and for the first process and this one. Answers whether it was sent. Never throws.
 */
export function sendSignal(table: ProcessTable, found: ProcessId, signal: NodeJS.Signals): boolean {
  if (found.pid <= 1 || found.pid === process.pid || found.start === 0 || !isRunning(table, found)) return false;
  try {
    return process.kill(found.pid, signal);
  } catch {
    // It ended in between, or belongs to somebody else: what matters is whether it still runs afterwards.
    return false;
  }
}
