import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import { WatertightError } from '../kernel/errors.ts';
import { formatBytes, formatDuration } from '../kernel/format.ts';
import type { Bytes } from '../kernel/units.ts';
import type { ConstructorCount } from '../snapshot/index.ts';
import { countByConstructor } from '../snapshot/index.ts';

/** Measured on Node 20, the slowest. */
const msPerMb = 100;
const megabyte = 1024 ** 2;

/**
 * Counts the objects of this thread's heap by constructor, most bytes first, by a heap snapshot in a private folder that is removed. Rejects with WT_NOT_AVAILABLE where the heap is larger than
 * it may be, or `WATERTIGHT_OPTIONS` forbids snapshots; nothing was stopped then.
 */
export async function countObjects(maxHeapBytes: Bytes): Promise<readonly ConstructorCount[]> {
  const used = process.memoryUsage().heapUsed;
  if (used > maxHeapBytes) {
    const stop = formatDuration((used / megabyte) * msPerMb);
    const text = `takeSnapshot: to count the objects of ${formatBytes(used)} would stop this thread for up to ${stop}; \`maxHeapBytes\` allows ${formatBytes(maxHeapBytes)}`;
    throw new WatertightError('WT_NOT_AVAILABLE', text);
  }
  if (/(?:^|,)\s*snapshots=0\b/.test(process.env['WATERTIGHT_OPTIONS'] ?? ''))
    throw new WatertightError('WT_NOT_AVAILABLE', 'takeSnapshot: heap snapshots are forbidden by WATERTIGHT_OPTIONS');
  const folder = await mkdtemp(join(tmpdir(), 'watertight-objects-'));
  try {
    return await countByConstructor(writeHeapSnapshot(join(folder, 'objects.heapsnapshot')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
