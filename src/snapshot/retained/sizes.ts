import type { Graph } from '../graph/graph.ts';
import { none } from '../graph/graph.ts';
import type { Dominators } from './dominators.ts';

/** By node: the bytes that would be freed with it: its own and those of all that it dominates. */
export function retainedSizes(graph: Graph, { of, order }: Dominators): Float64Array {
  const retained = Float64Array.from(graph.size);
  for (const [node, size] of graph.bigSizes) retained[node] = size;
  for (let i = order.length - 1; i > 0; i -= 1) {
    const node = order[i] as number;
    const dominator = of[node] as number;
    retained[dominator] = (retained[dominator] as number) + (retained[node] as number);
  }
  return retained;
}

/** Children in the tree of dominators, as lists: `head` by node, `next` by child. */
export interface DominatorTree {
  readonly head: Uint32Array;
  readonly next: Uint32Array;
}

export function dominatorTree({ of, order }: Dominators, nodeCount: number): DominatorTree {
  const head = new Uint32Array(nodeCount).fill(none);
  const next = new Uint32Array(nodeCount).fill(none);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const node = order[i] as number;
    const dominator = of[node] as number;
    next[node] = head[dominator] as number;
    head[dominator] = node;
  }
  return { head, next };
}
