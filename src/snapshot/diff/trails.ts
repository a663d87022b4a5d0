import type { Classes } from '../classes/per-class.ts';
import type { Graph } from '../graph/graph.ts';
import { edgeTypeOf, isNamedEdge, none, sourceOf } from '../graph/graph.ts';

/** From one place so many names are told apart; beyond that it is a dictionary, and all are taken for one. */
const maxNames = 32;

/**
 * Numbers the ways on which objects are held: two objects with the same trail are held by the same edges of objects of the same
 * classes. Numbers of elements do not count, nor do names where one object has very many; a list is one trail however long it is.
 */
export class Trails {
  readonly #graph: Graph;
  readonly #classes: Classes;
  readonly #via: Uint32Array;
  /** By node; 0: not known yet. */
  readonly #of: Uint32Array;
  readonly #numbers = new Map<string, number>();
  /** By trail: its last step, and how many names go on from it. */
  readonly #steps: string[] = ['', ''];
  readonly #names: Set<number>[] = [new Set(), new Set()];

  constructor(graph: Graph, classes: Classes, via: Uint32Array) {
    this.#graph = graph;
    this.#classes = classes;
    this.#via = via;
    this.#of = new Uint32Array(graph.nodeCount);
    this.#of[0] = 1;
  }

  /** The trail of a node. */
  of(node: number): number {
    const edges: number[] = [];
    let at = node;
    while (this.#of[at] === 0) {
      const edge = this.#via[at] ?? none;
      if (edge === none) break;
      edges.push(edge);
      at = sourceOf(this.#graph, edge);
    }
    let trail = this.#of[at] || 1;
    for (const edge of edges.reverse()) {
      trail = this.#next(trail, edge);
      this.#of[this.#graph.to[edge] ?? 0] = trail;
    }
    return trail;
  }

  #next(trail: number, edge: number): number {
    const type = this.#graph.edgeType[edge] ?? 0;
    const kind = this.#classes.of[this.#graph.to[edge] ?? 0] ?? 0;
    const step = `${type}:${this.#nameOf(trail, edge)}:${kind}`;
    if (this.#steps[trail] === step) return trail;
    const key = `${trail} ${step}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#steps.length;
    this.#numbers.set(key, number);
    this.#steps.push(step);
    this.#names.push(new Set());
    return number;
  }

  #nameOf(trail: number, edge: number): number {
    const type = edgeTypeOf(this.#graph, edge);
    const name = this.#graph.edgeName[edge] ?? 0;
    const names = this.#names[trail];
    if (!isNamedEdge(type) || names === undefined) return -1;
    if (names.has(name)) return name;
    // Entries of a Map's table.
    if (type === 'internal' && /^\d/.test(this.#graph.strings.get(name))) return -1;
    if (names.size >= maxNames) return -1;
    names.add(name);
    return name;
  }
}
