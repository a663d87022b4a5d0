import type { Graph } from '../graph/graph.ts';
import { none, sizeOf } from '../graph/graph.ts';
import type { Dominators } from '../retained/dominators.ts';
import { dominatorTree } from '../retained/sizes.ts';
import { ClassTable } from './class-table.ts';

/** The class of every node, by a number, and the names of classes. Classes of one name share a number. */
export interface Classes {
  readonly of: Uint32Array;
  readonly names: readonly string[];
}

export function classesOf(graph: Graph): Classes {
  const table = new ClassTable(graph.layout);
  const of = new Uint32Array(graph.nodeCount);
  for (let node = 0; node < graph.nodeCount; node += 1)
    of[node] = table.of(graph.type[node] as number, graph.name[node] as number);
  graph.strings.load(table.names());
  const names: string[] = [];
  const byName = new Map<string, number>();
  const shared = new Uint32Array(table.count);
  for (let number = 0; number < table.count; number += 1) {
    const name = table.label(number, (index) => graph.strings.get(index));
    let same = byName.get(name);
    if (same === undefined) {
      same = names.length;
      names.push(name);
      byName.set(name, same);
    }
    shared[number] = same;
  }
  // Each number is one of the table's.
  for (let node = 0; node < of.length; node += 1) of[node] = shared[of[node] as number] as number;
  return { of, names };
}

/** Sums by class. */
export interface ClassSums {
  readonly count: Float64Array;
  readonly self: Float64Array;
  /** What the class keeps alive in all: an object inside another of the same class is not counted twice. */
  readonly retained: Float64Array;
  /** The node that retains most. */
  readonly biggest: Uint32Array;
}

/** What is summed. */
export interface Summed {
  readonly graph: Graph;
  readonly dominators: Dominators;
  readonly retained: Float64Array;
  readonly classes: Classes;
}

class Sums implements ClassSums {
  readonly count: Float64Array;
  readonly self: Float64Array;
  readonly retained: Float64Array;
  readonly biggest: Uint32Array;
  /** How many nodes of a class the walk is inside of. */
  readonly open: Uint32Array;

  constructor(count: number) {
    this.count = new Float64Array(count);
    this.self = new Float64Array(count);
    this.retained = new Float64Array(count);
    this.biggest = new Uint32Array(count).fill(none);
    this.open = new Uint32Array(count);
  }

  enter(kind: number, node: number, { graph, retained }: Summed): void {
    // Every class has its place.
    const bytes = retained[node] as number;
    this.count[kind] = (this.count[kind] as number) + 1;
    this.self[kind] = (this.self[kind] as number) + sizeOf(graph, node);
    if (this.open[kind] === 0) this.retained[kind] = (this.retained[kind] as number) + bytes;
    this.open[kind] = (this.open[kind] as number) + 1;
    const biggest = this.biggest[kind] as number;
    if (biggest === none || bytes > (retained[biggest] as number)) this.biggest[kind] = node;
  }

  leave(kind: number): void {
    this.open[kind] = (this.open[kind] as number) - 1;
  }
}

/** Walks the tree of dominators, and sums. */
export function sumByClass(summed: Summed): ClassSums {
  const { graph, dominators, classes } = summed;
  const { of } = classes;
  const { head, next } = dominatorTree(dominators, graph.nodeCount);
  const sums = new Sums(classes.names.length);
  let node = 0;
  // Every node of the tree has a class, and all but the root a dominator.
  for (;;) {
    sums.enter(of[node] as number, node, summed);
    const child = head[node] as number;
    if (child !== none) {
      node = child;
      continue;
    }
    for (;;) {
      sums.leave(of[node] as number);
      if (node === 0) return sums;
      const sibling = next[node] as number;
      if (sibling !== none) {
        node = sibling;
        break;
      }
      node = dominators.of[node] as number;
    }
  }
}
