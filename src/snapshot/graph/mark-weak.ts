import type { Graph } from './graph.ts';
import { keepsNothing } from './graph.ts';

/**
 * Marks edges that keep nothing alive: weak ones; shortcuts, which only repeat what other edges say (but those of the root, which lead to the
 * globals of the program, count, as they do in DevTools); and those from the table of a WeakMap to a value, which its key holds.
 */
export function markWeak(graph: Graph, tables: ReadonlyMap<number, number>): void {
  const { first, edgeType, layout } = graph;
  const weak = layout.edgeTypes.indexOf('weak');
  const shortcut = layout.edgeTypes.indexOf('shortcut');
  const ofRoot = first[1] ?? 0;
  for (let edge = 0; edge < graph.edgeCount; edge += 1) {
    const type = edgeType[edge] as number;
    if (type === weak || (type === shortcut && edge >= ofRoot)) edgeType[edge] = type | keepsNothing;
  }
  if (tables.size > 0) markTables(graph, tables);
}

function markTables(graph: Graph, tables: ReadonlyMap<number, number>): void {
  const { first, edgeType, edgeName, id, layout } = graph;
  const internal = layout.edgeTypes.indexOf('internal');
  const owners = new Set(tables.values());
  for (let node = 0; node < graph.nodeCount; node += 1) {
    const own = id[node] as number;
    if (!owners.has(own)) continue;
    const end = first[node + 1] as number;
    for (let edge = first[node] as number; edge < end; edge += 1) {
      if (edgeType[edge] === internal && tables.get(edgeName[edge] as number) === own) edgeType[edge] = internal | keepsNothing;
    }
  }
}
