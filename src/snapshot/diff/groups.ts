import { none, nodeTypeOf, sizeOf, sourceOf } from '../graph/graph.ts';
import type { Analysis } from '../analysis.ts';
import { isOfProgram } from '../analysis.ts';
import { hasId } from './ids.ts';
import type { Kinds } from './kinds.ts';
import type { Trails } from './trails.ts';

/** What was born and stayed, of one kind. */
export interface Group {
  readonly kind: number;
  count: number;
  selfBytes: number;
  retainedBytes: number;
  /** By trail: how many, and the one of them that retains most. */
  readonly trails: Map<number, { count: number; biggest: number }>;
}

const plain: ReadonlySet<string> = new Set([
  'string',
  'concatenated string',
  'sliced string',
  'number',
  'bigint',
  'symbol',
  'regexp',
]);

/** Tables and lists are looked through for so many steps. */
const maxTables = 4;

/** Text and numbers that V8 itself holds (source code, names) say nothing. */
function isHeldByProgram({ graph, via }: Analysis, node: number): boolean {
  let at = node;
  for (let step = 0; step < maxTables; step += 1) {
    const edge = via[at] ?? none;
    if (edge === none) return false;
    at = sourceOf(graph, edge);
    const holder = nodeTypeOf(graph, at);
    if (holder === 'object' || holder === 'closure' || holder.endsWith('string')) return true;
    if (holder !== 'array') return false;
  }
  return false;
}

export interface Grouping {
  readonly analysis: Analysis;
  /** Sorted. */
  readonly stayed: Uint32Array;
  readonly kinds: Kinds;
  readonly trails: Trails;
}

/** The kind of what counts: objects of the program that were born and stayed, and that something keeps alive; -1 for all else. */
function kindOf({ analysis, stayed, kinds, trails }: Grouping, node: number): number {
  const { graph, via } = analysis;
  if ((via[node] ?? none) === none || !hasId(stayed, graph.id[node] ?? 0) || !isOfProgram(graph, node)) return -1;
  if (!plain.has(nodeTypeOf(graph, node))) return kinds.of(node, null);
  return isHeldByProgram(analysis, node) ? kinds.of(node, trails.of(node)) : -1;
}

export interface Grouped {
  readonly groups: ReadonlyMap<number, Group>;
  /** By node; -1 for those that do not count. */
  readonly kindOfNode: Int32Array;
}

/** Groups what stayed by kind; nodes of a kind inside another of the same kind do not count towards what is retained. */
export function groupStayed(grouping: Grouping): Grouped {
  const { analysis, trails } = grouping;
  const { graph, retained, dominators } = analysis;
  const kindOfNode = new Int32Array(graph.nodeCount).fill(-1);
  const groups = new Map<number, Group>();
  for (const node of dominators.order) {
    const kind = kindOf(grouping, node);
    kindOfNode[node] = kind;
    if (kind < 0) continue;
    const group = groups.get(kind) ?? { kind, count: 0, selfBytes: 0, retainedBytes: 0, trails: new Map() };
    groups.set(kind, group);
    group.count += 1;
    group.selfBytes += sizeOf(graph, node);
    if (!isInside(node, kind, dominators.of, kindOfNode)) group.retainedBytes += retained[node] ?? 0;
    const trail = trails.of(node);
    const known = group.trails.get(trail);
    if (known === undefined) group.trails.set(trail, { count: 1, biggest: node });
    else {
      known.count += 1;
      if ((retained[node] ?? 0) > (retained[known.biggest] ?? 0)) known.biggest = node;
    }
  }
  return { groups, kindOfNode };
}

/** How far up dominators are looked at: what lies deeper is part of something else by then. */
const maxDepth = 64;

function isInside(node: number, kind: number, dominator: Uint32Array, kindOfNode: Int32Array): boolean {
  let at = dominator[node] ?? none;
  for (let depth = 0; depth < maxDepth && at !== none; depth += 1) {
    if (kindOfNode[at] === kind) return true;
    at = dominator[at] ?? none;
  }
  return false;
}
