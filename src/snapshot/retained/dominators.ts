import type { Graph } from '../graph/graph.ts';
import { none } from '../graph/graph.ts';
import type { Walk } from './depth-first.ts';
import { walk } from './depth-first.ts';
import type { Predecessors } from './predecessors.ts';
import { predecessors } from './predecessors.ts';

/**
 * The dominator of a node is the last one that every path from the root to it passes through: once that is gone, so is the node. The root and
 * nodes that nothing keeps alive have none.
 */
export interface Dominators {
  /** By node. */
  readonly of: Uint32Array;
  /** All nodes that are kept alive; each stands behind its dominator, the root first. */
  readonly order: Uint32Array;
}

/**
 * Semi-dominators, in numbers of the walk: Georgiadis' "Semi-NCA" form of Lengauer and Tarjan's algorithm. Ancestors that were
 * passed are compressed, so that later questions are answered at once. The one of `i` is left in `first[i + 1]`, which is read no more by then.
 */
function semiDominators({ count, parent, scratch }: Walk, { first, from }: Predecessors): Uint32Array {
  const ancestor = parent.slice(0, count);
  const best = new Uint32Array(count);
  const path = scratch;
  for (let i = 0; i < count; i += 1) best[i] = i;
  // All indices are numbers of the walk, below its count.
  for (let i = count - 1; i > 0; i -= 1) {
    let lowest = parent[i] as number;
    const end = first[i + 1] as number;
    for (let at = first[i] as number; at < end; at += 1) {
      const source = from[at] as number;
      if (source > i && (ancestor[source] as number) > i) compress(source, i, { ancestor, best, path });
      const candidate = best[source] as number;
      if (candidate < lowest) lowest = candidate;
    }
    first[i + 1] = lowest;
    best[i] = lowest;
  }
  return first;
}

interface Forest {
  readonly ancestor: Uint32Array;
  readonly best: Uint32Array;
  /** Room for one path. */
  readonly path: Uint32Array;
}

/** Afterwards the ancestor of all nodes from `source` up to one that is not above `limit` is that one, and `best` the lowest on the way. */
function compress(source: number, limit: number, { ancestor, best, path }: Forest): void {
  let depth = 0;
  let node = source;
  do {
    path[depth] = node;
    depth += 1;
    node = ancestor[node] as number;
  } while ((ancestor[node] as number) > limit);
  const top = ancestor[node] as number;
  let lowest = best[node] as number;
  while (depth > 0) {
    depth -= 1;
    node = path[depth] as number;
    ancestor[node] = top;
    if (lowest < (best[node] as number)) best[node] = lowest;
    else lowest = best[node] as number;
  }
}

export function dominators(graph: Graph): Dominators {
  const way = walk(graph);
  const { count, order, parent, number } = way;
  const semi = semiDominators(way, predecessors(graph, way));
  // By number of the walk first: the parent is a guess that is lifted to the semi-dominator.
  const dominator = parent;
  for (let i = 1; i < count; i += 1) {
    let guess = dominator[i] as number;
    while (guess > (semi[i + 1] as number)) guess = dominator[guess] as number;
    dominator[i] = guess;
  }
  const of = number;
  for (let i = 1; i < count; i += 1) of[order[i] as number] = order[dominator[i] as number] as number;
  of[0] = none;
  return { of, order: order.subarray(0, count) };
}
