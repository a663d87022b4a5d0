import type { Graph } from '../graph/graph.ts';
import { edgeTypeOf, isNamedEdge } from '../graph/graph.ts';

/** Where something was written; lines and columns from 1. */
export interface CodePlace {
  /** Path or URL of the script. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const perRow = 4;

/** The node that an edge with one of these names leads to. */
function follow(graph: Graph, node: number, names: readonly string[]): number | undefined {
  const end = graph.first[node + 1] ?? 0;
  for (let edge = graph.first[node] ?? 0; edge < end; edge += 1) {
    const type = edgeTypeOf(graph, edge);
    if (isNamedEdge(type) && names.includes(graph.strings.get(graph.edgeName[edge] ?? 0))) return graph.to[edge];
  }
  return undefined;
}

/** Rows by node. V8 writes them in the order of nodes; where it did not, they are sorted once. */
class RowIndex {
  readonly #locations: Uint32Array;
  readonly #count: number;
  readonly #keys: Float64Array | undefined;

  constructor(locations: Uint32Array) {
    this.#locations = locations;
    this.#count = locations.length / perRow;
    let isSorted = true;
    for (let at = perRow; at < locations.length && isSorted; at += perRow)
      isSorted = (locations[at - perRow] ?? 0) <= (locations[at] ?? 0);
    if (isSorted) return;
    this.#keys = new Float64Array(this.#count);
    for (let row = 0; row < this.#count; row += 1) this.#keys[row] = (locations[row * perRow] ?? 0) * this.#count + row;
    this.#keys.sort();
  }

  /** Where the row of a node begins. */
  find(node: number): number | undefined {
    let low = 0;
    let high = this.#count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const row = this.#rowAt(middle);
      const found = this.#locations[row * perRow] ?? 0;
      if (found === node) return row * perRow;
      if (found < node) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  #rowAt(place: number): number {
    return this.#keys === undefined ? place : (this.#keys[place] ?? 0) % this.#count;
  }
}

/** The path of a file's URL; other names stay. */
function pathOf(name: string): string {
  if (!name.startsWith('file://')) return name;
  try {
    return decodeURIComponent(name.slice('file://'.length));
  } catch {
    return name;
  }
}

/** Tells where closures, and constructors of objects, were written. A script's name is found over one of its closures. */
export class Locations {
  readonly #graph: Graph;
  readonly #rows: RowIndex;
  /** By script: a closure of it. */
  readonly #closures = new Map<number, number>();
  readonly #names = new Map<number, string>();

  constructor(graph: Graph) {
    this.#graph = graph;
    const { locations, type, layout } = graph;
    this.#rows = new RowIndex(locations);
    const closure = layout.nodeTypes.indexOf('closure');
    for (let row = 0; row < locations.length; row += perRow) {
      const node = locations[row] ?? 0;
      const script = locations[row + 1] ?? 0;
      if (type[node] === closure && !this.#closures.has(script)) this.#closures.set(script, node);
    }
  }

  of(node: number): CodePlace | null {
    const row = this.#rows.find(node);
    if (row === undefined) return null;
    const { locations } = this.#graph;
    const file = this.#nameOf(locations[row + 1] ?? 0);
    return file === '' ? null : { file, line: (locations[row + 2] ?? 0) + 1, column: (locations[row + 3] ?? 0) + 1 };
  }

  /** The same for all that was written at one place. */
  keyOf(node: number): string {
    const row = this.#rows.find(node);
    return row === undefined ? '' : this.#graph.locations.subarray(row + 1, row + perRow).join(':');
  }

  #nameOf(script: number): string {
    const known = this.#names.get(script);
    if (known !== undefined) return known;
    const name = this.#find(script);
    this.#names.set(script, name);
    return name;
  }

  /** Closure, what closures of one function share, script: the edge to it is named differently by versions of V8. */
  #find(script: number): string {
    const closure = this.#closures.get(script);
    const shared = closure === undefined ? undefined : follow(this.#graph, closure, ['shared']);
    const node = shared === undefined ? undefined : follow(this.#graph, shared, ['script', 'script_or_debug_info']);
    return node === undefined ? '' : pathOf(this.#graph.strings.get(this.#graph.name[node] ?? 0));
  }
}
