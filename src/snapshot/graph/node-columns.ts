import type { Layout } from '../file/layout.ts';
import type { RowSink } from '../file/numbers.ts';
import { BadSnapshot } from '../invalid.ts';
import { none } from './graph.ts';

/** Nodes, as they come out of a file. */
export class NodeColumns implements RowSink {
  readonly width: number;
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly id: Uint32Array;
  readonly size: Uint32Array;
  readonly bigSizes: Map<number, number> = new Map();
  readonly first: Uint32Array;
  readonly #layout: Layout;
  #count = 0;
  #edges = 0;
  #highestName = 0;

  constructor(layout: Layout) {
    const { nodeCount } = layout;
    this.#layout = layout;
    this.width = layout.nodeFields;
    this.type = new Uint8Array(nodeCount);
    this.name = new Uint32Array(nodeCount);
    this.id = new Uint32Array(nodeCount);
    this.size = new Uint32Array(nodeCount);
    this.first = new Uint32Array(nodeCount + 1);
  }

  /** The highest number of a string that a node is named by. */
  get highestName(): number {
    return this.#highestName;
  }

  take(values: Float64Array, rows: number): void {
    const { width } = this;
    const layout = this.#layout;
    const types = layout.nodeTypes.length;
    if (this.#count + rows > layout.nodeCount)
      throw new BadSnapshot(`it has more nodes than the ${layout.nodeCount} that its head tells of`);
    let node = this.#count;
    let edges = this.#edges;
    let highest = this.#highestName;
    for (let at = 0; at < rows * width; at += width) {
      // The columns of a row are within it: the layout was checked.
      const type = values[at + layout.type] as number;
      const name = values[at + layout.name] as number;
      const id = values[at + layout.id] as number;
      const size = values[at + layout.selfSize] as number;
      if (type >= types || name >= none || id >= none) throw new BadSnapshot('a node has a type, a name or an id that cannot be');
      this.type[node] = type;
      this.name[node] = name;
      this.id[node] = id;
      this.first[node] = edges;
      if (size < none) this.size[node] = size;
      else this.#big(node, size);
      if (name > highest) highest = name;
      edges += values[at + layout.edges] as number;
      node += 1;
    }
    if (edges > layout.edgeCount)
      throw new BadSnapshot(`its nodes have more edges than the ${layout.edgeCount} that its head tells of`);
    this.#count = node;
    this.#edges = edges;
    this.#highestName = highest;
    this.first[node] = edges;
  }

  /** Throws {@link BadSnapshot} unless there are as many as the head told of. */
  check(): void {
    const { nodeCount, edgeCount } = this.#layout;
    if (nodeCount === 0) throw new BadSnapshot('it has no nodes');
    if (this.#count !== nodeCount) throw new BadSnapshot(`it has ${this.#count} nodes, and its head tells of ${nodeCount}`);
    if (this.#edges !== edgeCount)
      throw new BadSnapshot(`its nodes have ${this.#edges} edges, and its head tells of ${edgeCount}`);
  }

  #big(node: number, size: number): void {
    if (!Number.isSafeInteger(size)) throw new BadSnapshot('a node has a size that cannot be');
    this.size[node] = none;
    this.bigSizes.set(node, size);
  }
}
