import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bytes } from '../kernel/units.ts';

/** What stands on the disk. */
export interface TempUsage {
  /** Blocks that the file system has given out for it. */
  readonly bytes: Bytes;
  /** Files, links and directories. */
  readonly entries: number;
}

/** Blocks in `stat` are of this size, whatever the file system's own. */
const blockBytes: Bytes = 512;

/** What a tree takes; links are not followed, what vanishes meanwhile does not count. Never throws. */
export function usageOf(path: string): TempUsage {
  const sum = { bytes: 0, entries: 0 };
  add(path, sum);
  return sum;
}

function add(path: string, sum: { bytes: Bytes; entries: number }): void {
  try {
    const stat = lstatSync(path);
    sum.bytes += (stat.blocks ?? 0) * blockBytes;
    sum.entries += 1;
    if (stat.isDirectory()) for (const name of readdirSync(path)) add(join(path, name), sum);
  } catch {
    // It has gone, or may not be read: what can be seen is counted.
  }
}
