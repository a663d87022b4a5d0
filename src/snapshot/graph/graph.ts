import type { Layout } from '../file/layout.ts';
import type { StringTable } from './string-table.ts';

/** No node, no edge. */
export const none = 0xffffffff;
/** Set in `edgeType` of edges that keep nothing alive. */
export const keepsNothing = 0x80;

/** A snapshot in columns. Nodes and edges are numbered as they stand in the file; node 0 is the root. */
export interface Graph {
  readonly layout: Layout;
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly id: Uint32Array;
  /** Own size in bytes; `none`: it stands in `bigSizes`. */
  readonly size: Uint32Array;
  readonly bigSizes: ReadonlyMap<number, number>;
  /** Edges of node `v` are those from `first[v]` up to `first[v + 1]`. */
  readonly first: Uint32Array;
  /** Index of the edge types; with {@link keepsNothing}. */
  readonly edgeType: Uint8Array;
  /** A string, or the number of an element. */
  readonly edgeName: Uint32Array;
  readonly to: Uint32Array;
  /** Rows of node, script, line and column, by node. */
  readonly locations: Uint32Array;
  readonly strings: StringTable;
}

export function sizeOf(graph: Graph, node: number): number {
  const size = graph.size[node] as number;
  return size === none ? (graph.bigSizes.get(node) ?? size) : size;
}

/** The name of an edge's type. */
export function edgeTypeOf(graph: Graph, edge: number): string {
  return graph.layout.edgeTypes[(graph.edgeType[edge] as number) & ~keepsNothing] ?? '';
}

export function nodeTypeOf(graph: Graph, node: number): string {
  return graph.layout.nodeTypes[graph.type[node] as number] ?? '';
}

/** Whether edges of this type are named by a string; the others by a number. */
export function isNamedEdge(type: string): boolean {
  return type !== 'element' && type !== 'hidden';
}

/** The node that an edge starts at. */
export function sourceOf(graph: Graph, edge: number): number {
  const { first } = graph;
  let low = 0;
  let high = graph.nodeCount - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((first[middle] as number) <= edge) low = middle;
    else high = middle - 1;
  }
  return low;
}
