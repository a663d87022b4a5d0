import type { Graph } from '../graph/graph.ts';
import { keepsNothing, none } from '../graph/graph.ts';

/** Nodes in the order in which a walk from the root, over edges that keep alive, first comes to them. */
export interface Walk {
  /** Number of nodes that are reached. */
  readonly count: number;
  /** Nodes by their number in the walk. */
  readonly order: Uint32Array;
  /** Numbers in the walk by node; `none` for those that are not reached. */
  readonly number: Uint32Array;
  /** By number: the number of the node over which it was reached. */
  readonly parent: Uint32Array;
  /** Room that is needed no more, for as many numbers as there are nodes. */
  readonly scratch: Uint32Array;
}

/** Walks the graph depth first. The stack is `parent` itself. */
export function walk(graph: Graph): Walk {
  const { first, to, edgeType, nodeCount } = graph;
  const number = new Uint32Array(nodeCount).fill(none);
  const order = new Uint32Array(nodeCount);
  const parent = new Uint32Array(nodeCount);
  const cursor = first.slice(0, nodeCount);
  let count = 1;
  let node = 0;
  number[0] = 0;
  // All indices come from the graph, whose edges were checked when it was read.
  for (;;) {
    const end = first[node + 1] as number;
    let edge = cursor[node] as number;
    while (edge < end && ((edgeType[edge] as number) >= keepsNothing || number[to[edge] as number] !== none)) edge += 1;
    cursor[node] = edge + 1;
    if (edge < end) {
      const next = to[edge] as number;
      number[next] = count;
      parent[count] = number[node] as number;
      order[count] = next;
      count += 1;
      node = next;
    } else if (node === 0) break;
    else node = order[parent[number[node] as number] as number] as number;
  }
  return { count, order, number, parent, scratch: cursor };
}
