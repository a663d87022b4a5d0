import type { Classes } from '../classes/per-class.ts';
import type { Graph } from '../graph/graph.ts';
import type { CodePlace, Locations } from '../paths/locations.ts';

/** Numbers of what objects are told apart by: their class, and for closures the place where they were written. */
export class Kinds {
  readonly #graph: Graph;
  readonly #classes: Classes;
  readonly #locations: Locations;
  readonly #closure: number;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #places: (CodePlace | null)[] = [];

  constructor(graph: Graph, classes: Classes, locations: Locations) {
    this.#graph = graph;
    this.#classes = classes;
    this.#locations = locations;
    this.#closure = graph.layout.nodeTypes.indexOf('closure');
  }

  get count(): number {
    return this.#names.length;
  }

  /** `trail`: for text and numbers, which say nothing by themselves: those that are held alike are of one kind. */
  of(node: number, trail: number | null): number {
    const kind = this.#classes.of[node] ?? 0;
    const isClosure = this.#graph.type[node] === this.#closure;
    const key = isClosure ? `${kind} ${this.#locations.keyOf(node)}` : `${kind}/${trail ?? ''}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#names.length;
    this.#numbers.set(key, number);
    this.#names.push(this.#classes.names[kind] ?? '');
    this.#places.push(isClosure ? this.#locations.of(node) : null);
    return number;
  }

  name(kind: number): string {
    return this.#names[kind] ?? '';
  }

  place(kind: number): CodePlace | null {
    return this.#places[kind] ?? null;
  }
}
