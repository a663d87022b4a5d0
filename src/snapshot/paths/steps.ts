import type { Bytes } from '../../kernel/units.ts';
import { classLabel } from '../classes/class-table.ts';
import type { Graph } from '../graph/graph.ts';
import { edgeTypeOf, isNamedEdge, nodeTypeOf, none, sourceOf } from '../graph/graph.ts';
import type { CodePlace } from './locations.ts';

/** A node, as people see it. */
export interface SnapshotNode {
  /** The same in all snapshots of one program. */
  readonly id: number;
  /** V8's type: `object`, `closure`, `array`, `string`, … */
  readonly type: string;
  /** Its class: `Map`, `(closure) onData`, `(array)`. Of a string the beginning of its text. */
  readonly name: string;
  readonly selfBytes: Bytes;
  /** What would be freed with it. */
  readonly retainedBytes: Bytes;
  /** Where a closure, or the constructor of an object, was written; `null` where the snapshot does not tell. */
  readonly at: CodePlace | null;
}

/** How a node holds the next one. */
export interface EdgeLabel {
  /** V8's type: `property`, `element`, `context` (a variable of a function), `internal`, `weak`, … */
  readonly type: string;
  /** Name of the property or variable, or number of the element. */
  readonly name: string;
}

/** A step of a path: over this edge to this node. */
export interface PathStep {
  readonly edge: EdgeLabel;
  readonly node: SnapshotNode;
}

const longestText = 80;

export function edgeLabel(graph: Graph, edge: number): EdgeLabel {
  const type = edgeTypeOf(graph, edge);
  const name = graph.edgeName[edge] ?? 0;
  return { type, name: isNamedEdge(type) ? graph.strings.get(name) : String(name) };
}

export function nodeLabel(graph: Graph, node: number): string {
  const type = nodeTypeOf(graph, node);
  const name = graph.strings.get(graph.name[node] ?? 0);
  if (type !== 'string') return classLabel(type, name);
  return JSON.stringify(name.length > longestText ? `${name.slice(0, longestText)}…` : name);
}

/** Edges of the shortest path from the root to a node, the first one first; empty where nothing keeps it alive. */
export function edgesTo(graph: Graph, via: Uint32Array, node: number): readonly number[] {
  const edges: number[] = [];
  for (let at = node; at !== 0;) {
    const edge = via[at] ?? none;
    if (edge === none) break;
    edges.push(edge);
    at = sourceOf(graph, edge);
  }
  return edges.reverse();
}
