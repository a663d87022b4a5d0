import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StayedClass } from '../../snapshot/index.ts';
import type { AskedThread } from '../ask/line.ts';

export const stayedFileName = 'snapshots.json';

/** What three snapshots of a thread told; kept beside the data of the run, so that a dead run can be told with it. */
export interface Stayed {
  readonly version: 1;
  readonly thread: AskedThread;
  readonly classes: readonly StayedClass[];
  /** The last of the three, which is kept; `null`: it could not be. */
  readonly file: string | null;
}

/** Replaces the file as a whole. Throws what the file system throws. */
export function writeStayed(directory: string, stayed: Stayed): void {
  const path = join(directory, stayedFileName);
  writeFileSync(`${path}.tmp`, JSON.stringify(stayed), { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function isStayed(value: unknown): value is Stayed {
  if (typeof value !== 'object' || value === null) return false;
  const stayed = value as Partial<Stayed>;
  return stayed.version === 1 && Array.isArray(stayed.classes) && typeof stayed.thread?.pid === 'number';
}

/** `null` when no snapshots were taken, or the file is broken or of another version. */
export function readStayed(directory: string): Stayed | null {
  try {
    const value: unknown = JSON.parse(readFileSync(join(directory, stayedFileName), 'utf8'));
    return isStayed(value) ? value : null;
  } catch {
    return null;
  }
}
