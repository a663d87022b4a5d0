import type { Graph } from '../graph/graph.ts';
import { keepsNothing } from '../graph/graph.ts';
import type { Walk } from './depth-first.ts';

/** Who keeps whom, backwards, in numbers of a walk: those that keep `i` are `from[first[i]]` up to `from[first[i + 1]]`. */
export interface Predecessors {
  readonly first: Uint32Array;
  readonly from: Uint32Array;
}

function countEach({ first, to, edgeType }: Graph, { count, order, number }: Walk, counts: Uint32Array): number {
  let total = 0;
  for (let i = 0; i < count; i += 1) {
    const node = order[i] as number;
    const end = first[node + 1] as number;
    for (let edge = first[node] as number; edge < end; edge += 1) {
      if ((edgeType[edge] as number) >= keepsNothing) continue;
      const target = number[to[edge] as number] as number;
      counts[target] = (counts[target] as number) + 1;
      total += 1;
    }
  }
  return total;
}

export function predecessors(graph: Graph, way: Walk): Predecessors {
  const { first, to, edgeType } = graph;
  const { count, order, number } = way;
  const starts = new Uint32Array(count + 1);
  const total = countEach(graph, way, starts);
  const from = new Uint32Array(total);
  for (let i = 0, sum = 0; i <= count; i += 1) {
    sum += starts[i] as number;
    starts[i] = sum;
  }
  // Filled from the ends down: afterwards each start is where it belongs.
  for (let i = count - 1; i >= 0; i -= 1) {
    const node = order[i] as number;
    const end = first[node + 1] as number;
    for (let edge = first[node] as number; edge < end; edge += 1) {
      if ((edgeType[edge] as number) >= keepsNothing) continue;
      const target = number[to[edge] as number] as number;
      const at = (starts[target] as number) - 1;
      starts[target] = at;
      from[at] = i;
    }
  }
  return { first: starts, from };
}
