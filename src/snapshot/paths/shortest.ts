import type { Graph } from '../graph/graph.ts';
import { keepsNothing, none } from '../graph/graph.ts';

/**
 * By node: the edge over which a shortest path comes to it; `none` where nothing keeps it alive. Breadth first from the program's globals, then
 * from the root for what is left: a path through the collector's own roots tells little.
 */
export function shortestPaths(graph: Graph): Uint32Array {
  const { first, to, edgeType, nodeCount, layout } = graph;
  const via = new Uint32Array(nodeCount).fill(none);
  const queue = new Uint32Array(nodeCount);
  const global = layout.edgeTypes.indexOf('shortcut');
  let filled = 0;
  let at = 0;

  // All indices come from the graph, whose edges were checked when it was read.
  function reach(node: number, edge: number): void {
    if (node === 0 || via[node] !== none) return;
    via[node] = edge;
    queue[filled] = node;
    filled += 1;
  }

  function spread(): void {
    for (; at < filled; at += 1) {
      const node = queue[at] as number;
      const end = first[node + 1] as number;
      for (let edge = first[node] as number; edge < end; edge += 1) {
        if ((edgeType[edge] as number) < keepsNothing) reach(to[edge] as number, edge);
      }
    }
  }

  const ofRoot = first[1] ?? 0;
  for (let edge = 0; edge < ofRoot; edge += 1) if (edgeType[edge] === global) reach(to[edge] as number, edge);
  spread();
  for (let edge = 0; edge < ofRoot; edge += 1) if ((edgeType[edge] as number) < keepsNothing) reach(to[edge] as number, edge);
  spread();
  return via;
}
