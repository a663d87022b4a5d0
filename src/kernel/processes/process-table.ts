/** A process proved by more than its number: numbers are used again, number and start time together are not. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot; 0 where the system does not tell. */
  readonly start: number;
}

export interface ProcessState extends ProcessId {
  readonly parent: number;
  /** Ended, but its parent has not asked for its status. */
  readonly zombie: boolean;
}

/** What the system tells of running processes. Every member answers "not known" (undefined, empty) rather than throw. */
export interface ProcessTable {
  /** False where there is no /proc: nothing can then be proved of a process. */
  readonly available: boolean;
  read(pid: number): ProcessState | undefined;
  list(): readonly number[];
  childrenOf(pid: number): readonly number[];
  /** The arguments it was started with; empty for kernel threads and processes of others. */
  command(pid: number): readonly string[];
  /** Whether its environment at start held `name=value`; undefined where that cannot be read. */
  carries(pid: number, name: string, value: string): boolean | undefined;
  /** The session that it belongs to: the pid of the process that began it. */
  session(pid: number): number | undefined;
  rssBytes(pid: number): number | undefined;
  /** Proportional: of shared pages its share. Costs about 2 ms for a large process. */
  pssBytes(pid: number): number | undefined;
  /** Identifies the machine's boot and the namespace in which pids count; undefined where not known. */
  readonly space: string | undefined;
}

/** Whether exactly this process still runs. Without a process table only the number can be asked for. */
export function isRunning(table: ProcessTable, id: ProcessId): boolean {
  if (table.available) {
    const state = table.read(id.pid);
    return state !== undefined && !state.zombie && (id.start === 0 || state.start === id.start);
  }
  try {
    process.kill(id.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether exactly this process has ended and waits for its parent to ask for its status. */
export function isZombie(table: ProcessTable, id: ProcessId): boolean {
  const state = table.read(id.pid);
  return state !== undefined && state.zombie && (id.start === 0 || state.start === id.start);
}

export function processKey(id: ProcessId): string {
  return `${id.pid}.${id.start}`;
}
