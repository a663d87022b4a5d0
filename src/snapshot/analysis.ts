import type { Classes } from './classes/per-class.ts';
import { classesOf } from './classes/per-class.ts';
import type { Graph } from './graph/graph.ts';
import { nodeTypeOf, sizeOf } from './graph/graph.ts';
import { Locations } from './paths/locations.ts';
import { shortestPaths } from './paths/shortest.ts';
import type { PathStep, SnapshotNode } from './paths/steps.ts';
import { edgeLabel, edgesTo, nodeLabel } from './paths/steps.ts';
import type { Dominators } from './retained/dominators.ts';
import { dominators } from './retained/dominators.ts';
import { retainedSizes } from './retained/sizes.ts';

/** V8's own: what stands between objects of the program. */
const inner: ReadonlySet<string> = new Set(['hidden', 'array', 'code', 'synthetic', 'object shape']);

/** Whether a node is one that the program made and knows. */
export function isOfProgram(graph: Graph, node: number): boolean {
  return !inner.has(nodeTypeOf(graph, node)) && !/^(?:system|Node) \//.test(graph.strings.get(graph.name[node] ?? 0));
}

/** A graph and what follows from it, each worked out when it is first asked for. Nodes are numbers here, not ids. */
export class Analysis {
  readonly graph: Graph;
  #dominators: Dominators | undefined;
  #retained: Float64Array | undefined;
  #classes: Classes | undefined;
  #via: Uint32Array | undefined;
  #locations: Locations | undefined;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  get dominators(): Dominators {
    this.#dominators ??= dominators(this.graph);
    return this.#dominators;
  }

  /** Retained bytes by node. */
  get retained(): Float64Array {
    this.#retained ??= retainedSizes(this.graph, this.dominators);
    return this.#retained;
  }

  get classes(): Classes {
    this.#classes ??= classesOf(this.graph);
    return this.#classes;
  }

  /** By node: the edge over which the shortest path comes. */
  get via(): Uint32Array {
    this.#via ??= shortestPaths(this.graph);
    return this.#via;
  }

  get locations(): Locations {
    this.#locations ??= new Locations(this.graph);
    return this.#locations;
  }

  describe(node: number): SnapshotNode {
    return {
      id: this.graph.id[node] ?? 0,
      type: nodeTypeOf(this.graph, node),
      name: nodeLabel(this.graph, node),
      selfBytes: sizeOf(this.graph, node),
      retainedBytes: this.retained[node] ?? 0,
      at: this.locations.of(node),
    };
  }

  /** From the root; `null` where nothing keeps the node alive. `short`: of a chain only its first and its last link. */
  pathTo(node: number, length: 'whole' | 'short' = 'whole'): readonly PathStep[] | null {
    const edges = edgesTo(this.graph, this.via, node);
    if (edges.length === 0 && node !== 0) return null;
    return edges
      .filter((_, at) => length === 'whole' || !this.#isLink(edges, at))
      .map((edge) => ({ edge: edgeLabel(this.graph, edge), node: this.describe(this.graph.to[edge] ?? 0) }));
  }

  /** The same step comes before and behind it. */
  #isLink(edges: readonly number[], at: number): boolean {
    return at + 1 < edges.length && this.#isSame(edges[at - 1], edges[at]) && this.#isSame(edges[at], edges[at + 1]);
  }

  #isSame(one: number | undefined, other: number | undefined): boolean {
    if (one === undefined || other === undefined) return false;
    const { edgeType, edgeName, to } = this.graph;
    const { of } = this.classes;
    return edgeType[one] === edgeType[other] && edgeName[one] === edgeName[other] && of[to[one] ?? 0] === of[to[other] ?? 0];
  }
}
