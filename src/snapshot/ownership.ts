import type { Analysis } from './analysis.ts';
import type { Graph } from './graph/graph.ts';
import { nodeTypeOf, none, sourceOf } from './graph/graph.ts';

/** V8's own: what stands between objects of the program. */
const inner: ReadonlySet<string> = new Set(['hidden', 'array', 'code', 'synthetic', 'object shape']);
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
/** How far up dominators are looked at. */
const maxDepth = 64;

/** Whether a node is one that the program, or Node in its name, made and knows. */
export function isOfProgram(graph: Graph, node: number): boolean {
  return !inner.has(nodeTypeOf(graph, node)) && !/^(?:system|Node) \//.test(graph.strings.get(graph.name[node] ?? 0));
}

/** Text, numbers and the like. */
export function isPlain(graph: Graph, node: number): boolean {
  return plain.has(nodeTypeOf(graph, node));
}

/** Text and numbers that V8 itself holds (source code, names) say nothing. */
export function isHeldByProgram({ graph, via }: Analysis, node: number): boolean {
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

/** Whether a node lives and dies with a function of Node's own code. */
export function isOfNode({ graph, dominators, locations }: Analysis, node: number): boolean {
  let at = node;
  for (let depth = 0; depth < maxDepth && at !== none; depth += 1) {
    if (nodeTypeOf(graph, at) === 'closure' && locations.of(at)?.file.startsWith('node:') === true) return true;
    at = dominators.of[at] ?? none;
  }
  return false;
}
