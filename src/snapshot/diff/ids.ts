import type { Layout } from '../file/layout.ts';
import type { RowSink } from '../file/numbers.ts';
import { scanFile } from '../file/scan-file.ts';
import { BadSnapshot, invalidSnapshot } from '../invalid.ts';

class Ids implements RowSink {
  readonly width: number;
  readonly ids: Uint32Array;
  readonly #at: number;
  count = 0;

  constructor(layout: Layout) {
    this.width = layout.nodeFields;
    this.#at = layout.id;
    this.ids = new Uint32Array(layout.nodeCount);
  }

  take(values: Float64Array, rows: number): void {
    if (this.count + rows > this.ids.length) throw new BadSnapshot('it has more nodes than its head tells of');
    for (let row = 0; row < rows; row += 1) this.ids[this.count + row] = values[row * this.width + this.#at] as number;
    this.count += rows;
  }
}

/** The ids of all nodes of a snapshot, sorted: one pass, four bytes each. Rejects with WT_SNAPSHOT_INVALID. */
export async function readIds(path: string): Promise<Uint32Array> {
  let ids: Ids | undefined;
  await scanFile(path, (layout) => {
    ids = new Ids(layout);
    return { nodes: ids };
  });
  if (ids === undefined || ids.count === 0 || ids.count !== ids.ids.length)
    throw invalidSnapshot(path, 'it has other nodes than its head tells of');
  return ids.ids.sort();
}

/** Of sorted ids: those that the second and third have and the first has not. */
export function stayedIds(first: Uint32Array, second: Uint32Array, third: Uint32Array): Uint32Array {
  const stayed = new Uint32Array(Math.min(second.length, third.length));
  let count = 0;
  let inFirst = 0;
  let inSecond = 0;
  for (const id of third) {
    // Past their end both answer undefined, which is neither below nor the same.
    while ((first[inFirst] as number) < id) inFirst += 1;
    while ((second[inSecond] as number) < id) inSecond += 1;
    if (first[inFirst] === id || second[inSecond] !== id) continue;
    stayed[count] = id;
    count += 1;
  }
  return stayed.slice(0, count);
}

/** Whether sorted ids have this one. */
export function hasId(sorted: Uint32Array, id: number): boolean {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = sorted[middle] as number;
    if (found === id) return true;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
