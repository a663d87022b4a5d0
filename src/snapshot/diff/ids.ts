import type { Layout } from '../file/layout.ts';
import type { RowSink } from '../file/numbers.ts';
import { scanFile } from '../file/scan-file.ts';
import type { Graph } from '../graph/graph.ts';
import { BadSnapshot, invalidSnapshot } from '../invalid.ts';

/** Above the number of types that V8 has, or a file may have. */
const typesRoom = 128;

/** An id together with its type, as one number. The same object has the same in all snapshots. */
function keyOf(id: number, type: number): number {
  return id * typesRoom + type;
}

export function idOfKey(key: number): number {
  return Math.floor(key / typesRoom);
}

/** By type, what it counts as: V8 joins strings and cuts them anew, and they stay the same. */
function lastingTypes({ nodeTypes }: Layout): Uint8Array {
  return Uint8Array.from(nodeTypes, (type, at) => (type.endsWith(' string') ? Math.max(0, nodeTypes.indexOf('string')) : at));
}

class Keys implements RowSink {
  readonly width: number;
  readonly keys: Float64Array;
  readonly #layout: Layout;
  readonly #types: Uint8Array;
  count = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.width = layout.nodeFields;
    this.#types = lastingTypes(layout);
    this.keys = new Float64Array(layout.nodeCount);
  }

  take(values: Float64Array, rows: number): void {
    const { id, type, nodeTypes } = this.#layout;
    if (this.count + rows > this.keys.length) throw new BadSnapshot('it has more nodes than its head tells of');
    for (let row = 0; row < rows; row += 1) {
      // The columns of a row are within it: the layout was checked.
      const kind = values[row * this.width + type] as number;
      if (kind >= nodeTypes.length) throw new BadSnapshot('a node has a type that cannot be');
      this.keys[this.count + row] = keyOf(values[row * this.width + id] as number, this.#types[kind] as number);
    }
    this.count += rows;
  }
}

/** Ids and types of all nodes of a snapshot, sorted: one pass, eight bytes each. Rejects with WT_SNAPSHOT_INVALID. */
export async function readKeys(path: string): Promise<Float64Array> {
  let keys: Keys | undefined;
  await scanFile(path, (layout) => {
    keys = new Keys(layout);
    return { nodes: keys };
  });
  if (keys === undefined || keys.count === 0 || keys.count !== keys.keys.length)
    throw invalidSnapshot(path, 'it has other nodes than its head tells of');
  return keys.keys.sort();
}

/** The same of a graph. */
export function keysOf({ id, type, nodeCount, layout }: Graph): Float64Array {
  const keys = new Float64Array(nodeCount);
  const types = lastingTypes(layout);
  // The graph was checked when it was read.
  for (let node = 0; node < nodeCount; node += 1) keys[node] = keyOf(id[node] as number, types[type[node] as number] as number);
  return keys.sort();
}

/** Of the ids that two snapshots share, the part that has the same type in both: near 1, unless ids were given anew in between. */
export function sameness(one: Float64Array, other: Float64Array): number {
  let shared = 0;
  let alike = 0;
  let at = 0;
  for (const key of one) {
    const id = idOfKey(key);
    while (at < other.length && idOfKey(other[at] as number) < id) at += 1;
    const found = other[at];
    if (found === undefined) break;
    if (idOfKey(found) !== id) continue;
    shared += 1;
    if (found === key) alike += 1;
  }
  return shared === 0 ? 0 : alike / shared;
}

/** Of sorted keys: the ids that the second and third have and the first has not. */
export function stayedIds(first: Float64Array, second: Float64Array, third: Float64Array): Uint32Array {
  const stayed = new Uint32Array(Math.min(second.length, third.length));
  let count = 0;
  let inFirst = 0;
  let inSecond = 0;
  for (const key of third) {
    // Past their end both answer undefined, which is neither below nor the same.
    while ((first[inFirst] as number) < key) inFirst += 1;
    while ((second[inSecond] as number) < key) inSecond += 1;
    if (first[inFirst] === key || second[inSecond] !== key) continue;
    stayed[count] = idOfKey(key);
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
