import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MemoryLimit } from '../../wire/index.ts';
import type { ProcessId } from '../platform/index.ts';

export const runFileName = 'run.json';

/** What the supervisor knows of a run and the data files cannot tell; kept beside them so that a dead run can be told. */
export interface RunFile {
  readonly version: 1;
  readonly id: string;
  /** Redacted. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly mode: 'light' | 'hunt';
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Where the report goes. */
  readonly reportRoot: string;
  readonly supervisor: ProcessId;
  /** The process that was started; null before it was. */
  readonly program: ProcessId | null;
  /** Machine boot and pid namespace: outside of them a pid says nothing. */
  readonly space: string | null;
  readonly limits: readonly MemoryLimit[];
  readonly end: RunEnd | null;
}

/** How the started command ended, as its parent saw it. */
export interface RunEnd {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly code: number | null;
  readonly signal: string | null;
  /** Processes that the kernel killed for want of memory during the run, in our control group; null where not known. */
  readonly oomKills: number | null;
  /** Why we stopped it; missing where it ended by itself. */
  readonly stopped?: string;
}

/** Replaces the file as a whole: a reader never sees half of it. Throws what the file system throws. */
export function writeRunFile(directory: string, run: RunFile): void {
  const path = join(directory, runFileName);
  writeFileSync(`${path}.tmp`, JSON.stringify(run), { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function isRunFile(value: unknown): value is RunFile {
  if (typeof value !== 'object' || value === null) return false;
  const run = value as Partial<RunFile>;
  return run.version === 1 && typeof run.id === 'string' && typeof run.cwd === 'string' && typeof run.startedAtMs === 'number';
}

/** The file of a run directory; undefined when it is missing, broken or of another version. */
export function readRunFile(directory: string): RunFile | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(directory, runFileName), 'utf8'));
    return isRunFile(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
