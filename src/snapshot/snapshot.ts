import type { Bytes } from '../kernel/units.ts';
import type { Analysis } from './analysis.ts';
import { isOfProgram } from './analysis.ts';
import { sumByClass } from './classes/per-class.ts';
import { keepsNothing, none, sourceOf } from './graph/graph.ts';
import type { EdgeLabel, PathStep, SnapshotNode } from './paths/steps.ts';
import { edgeLabel } from './paths/steps.ts';

/** The objects of one class in a snapshot. */
export interface SnapshotClass {
  /** The constructor; `(closure) name` for functions, `(string)` and the like for what has none. */
  readonly name: string;
  readonly count: number;
  readonly selfBytes: Bytes;
  /** What they keep alive in all; an object inside another of the same class is not counted twice. */
  readonly retainedBytes: Bytes;
  /** The one that retains most. */
  readonly biggest: SnapshotNode;
}

/** Somebody who holds a node. */
export interface Retainer {
  readonly node: SnapshotNode;
  readonly edge: EdgeLabel;
  /** It is held weakly: this keeps nothing alive. */
  readonly weak: boolean;
}

/**
 * A heap snapshot in typed arrays, outside of V8's own heap: about 1.3 times the size of its file while sizes are worked out, 1.0 afterwards. What
 * is asked for is worked out when it is first asked for. Strings stay in the file: it must not be changed meanwhile (WT_SNAPSHOT_INVALID).
 */
export interface Snapshot {
  /** The file. */
  readonly path: string;
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Bytes of everything that is kept alive. */
  readonly totalBytes: Bytes;
  /** Every class, the one that retains most first. */
  classes(): readonly SnapshotClass[];
  /** The objects of the program (not of V8) that retain most, at most `limit` (default 10). */
  biggest(limit?: number): readonly SnapshotNode[];
  /** The node with this id; undefined where the snapshot has none. */
  node(id: number): SnapshotNode | undefined;
  /** At most `limit` (default 100) nodes of a class, as they stand in the file. */
  instancesOf(name: string, limit?: number): readonly SnapshotNode[];
  /** Who holds the node with this id, weakly or not; at most `limit` (default 100). */
  retainersOf(id: number, limit?: number): readonly Retainer[];
  /** The node whose end would be this one's as well; undefined for the root and for what nothing keeps alive. */
  dominatorOf(id: number): SnapshotNode | undefined;
  /**
   * A shortest path over which the node with this id is kept alive, from the root: over globals of the program where there is one. Weak edges
   * are none. Empty for the root; `null` where nothing keeps it alive, or there is no such node.
   */
  pathTo(id: number): readonly PathStep[] | null;
}

/** Answers from an analysis. */
export class AnalysedSnapshot implements Snapshot {
  readonly path: string;
  readonly #analysis: Analysis;

  constructor(path: string, analysis: Analysis) {
    this.path = path;
    this.#analysis = analysis;
  }

  get nodeCount(): number {
    return this.#analysis.graph.nodeCount;
  }

  get edgeCount(): number {
    return this.#analysis.graph.edgeCount;
  }

  get totalBytes(): Bytes {
    return this.#analysis.retained[0] ?? 0;
  }

  classes(): readonly SnapshotClass[] {
    const { classes } = this.#analysis;
    const sums = sumByClass(this.#analysis);
    return classes.names
      .flatMap((name, at) => {
        const biggest = sums.biggest[at] ?? none;
        if (biggest === none) return [];
        const [count = 0, selfBytes = 0, retainedBytes = 0] = [sums.count[at], sums.self[at], sums.retained[at]];
        return [{ name, count, selfBytes, retainedBytes, biggest: this.#analysis.describe(biggest) }];
      })
      .sort((a, b) => b.retainedBytes - a.retainedBytes);
  }

  biggest(limit: number = 10): readonly SnapshotNode[] {
    const { retained, dominators, graph } = this.#analysis;
    const best: number[] = [];
    for (const node of dominators.order) {
      const bytes = retained[node] ?? 0;
      const last = best.at(-1);
      if (best.length >= limit && (last === undefined || bytes <= (retained[last] ?? 0))) continue;
      if (node === 0 || !isOfProgram(graph, node)) continue;
      best.push(node);
      best.sort((a, b) => (retained[b] ?? 0) - (retained[a] ?? 0));
      if (best.length > limit) best.pop();
    }
    return best.map((node) => this.#analysis.describe(node));
  }

  node(id: number): SnapshotNode | undefined {
    const node = this.#find(id);
    return node === undefined ? undefined : this.#analysis.describe(node);
  }

  instancesOf(name: string, limit: number = 100): readonly SnapshotNode[] {
    const { of, names } = this.#analysis.classes;
    const kind = names.indexOf(name);
    const found: SnapshotNode[] = [];
    if (kind < 0) return found;
    for (let at = of.indexOf(kind); at >= 0 && found.length < limit; at = of.indexOf(kind, at + 1))
      found.push(this.#analysis.describe(at));
    return found;
  }

  retainersOf(id: number, limit: number = 100): readonly Retainer[] {
    const { graph } = this.#analysis;
    const node = this.#find(id);
    const found: Retainer[] = [];
    if (node === undefined) return found;
    for (let edge = graph.to.indexOf(node); edge >= 0 && found.length < limit; edge = graph.to.indexOf(node, edge + 1)) {
      const weak = (graph.edgeType[edge] ?? 0) >= keepsNothing;
      found.push({ node: this.#analysis.describe(sourceOf(graph, edge)), edge: edgeLabel(graph, edge), weak });
    }
    return found;
  }

  dominatorOf(id: number): SnapshotNode | undefined {
    const node = this.#find(id);
    const dominator = node === undefined ? none : (this.#analysis.dominators.of[node] ?? none);
    return dominator === none ? undefined : this.#analysis.describe(dominator);
  }

  pathTo(id: number): readonly PathStep[] | null {
    const node = this.#find(id);
    return node === undefined ? null : this.#analysis.pathTo(node);
  }

  #find(id: number): number | undefined {
    const node = this.#analysis.graph.id.indexOf(id);
    return node < 0 ? undefined : node;
  }
}
