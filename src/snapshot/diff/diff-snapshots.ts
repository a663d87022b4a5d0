import type { Bytes } from '../../kernel/units.ts';
import { checkOptions, wholeNumber } from '../../kernel/options.ts';
import { none } from '../graph/graph.ts';
import { invalidSnapshot } from '../invalid.ts';
import { heldBy } from '../paths/held-by.ts';
import type { HeldBy } from '../paths/held-by.ts';
import type { CodePlace } from '../paths/locations.ts';
import type { PathStep, SnapshotNode } from '../paths/steps.ts';
import { Analysis } from '../analysis.ts';
import { readGraph } from '../graph/read-graph.ts';
import type { Group, Grouped } from './groups.ts';
import { groupStayed } from './groups.ts';
import { keysOf, readKeys, sameness, stayedIds } from './ids.ts';
import { Kinds } from './kinds.ts';
import { Trails } from './trails.ts';

/** Options of `diffSnapshots`. */
export interface DiffOptions {
  /** Of a class at least this many must have stayed. From 1; default 10: one-time things are no leak. */
  readonly minCount?: number;
  /** At most this many classes. From 1; default 10. */
  readonly limit?: number;
}

/** A way on which some of the objects are held. */
export interface StayedPath {
  readonly count: number;
  /** From the root to `example`; of a chain only its first and its last link. */
  readonly path: readonly PathStep[];
  readonly heldBy: readonly HeldBy[];
  readonly example: SnapshotNode;
}

/** Objects of one class (closures: of one place) that were born after the first snapshot and lived in the second and third. */
export interface StayedClass {
  readonly name: string;
  /** Where a closure was written. */
  readonly at: CodePlace | null;
  readonly count: number;
  readonly selfBytes: Bytes;
  /** What they keep alive in all. */
  readonly retainedBytes: Bytes;
  /** How they are held, the most frequent way first; at most five. */
  readonly paths: readonly StayedPath[];
}

/** What was born and stayed. */
export interface SnapshotDiff {
  /** Those that retain most first; what lies inside objects of a class further up is left out. */
  readonly classes: readonly StayedClass[];
  /** Everything that was born after the first snapshot and lived in both later ones, V8's own objects included. */
  readonly stayedCount: number;
  readonly third: { readonly nodeCount: number; readonly totalBytes: Bytes };
}

const maxPaths = 5;
const sampled = 50;
const maxDepth = 256;

/** Whether most nodes of a group live inside nodes that were chosen already. */
function isInsideChosen(group: Group, dominator: Uint32Array, isChosen: (node: number) => boolean): boolean {
  const nodes = [...group.trails.values()].sort((a, b) => b.count - a.count).slice(0, sampled);
  const total = nodes.reduce((sum, { count }) => sum + count, 0);
  let inside = 0;
  for (const { biggest, count } of nodes) {
    let at = dominator[biggest] ?? none;
    for (let depth = 0; depth < maxDepth && at !== none && !isChosen(at); depth += 1) at = dominator[at] ?? none;
    if (at !== none && isChosen(at)) inside += count;
  }
  return inside * 2 > total;
}

function stayedPaths(analysis: Analysis, group: Group): readonly StayedPath[] {
  return [...group.trails.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, maxPaths)
    .map(({ count, biggest }) => {
      const path = analysis.pathTo(biggest, 'short') ?? [];
      return { count, path, heldBy: heldBy(path), example: analysis.describe(biggest) };
    });
}

interface Compared extends Grouped {
  readonly analysis: Analysis;
  readonly kinds: Kinds;
}

function choose(compared: Compared, minCount: number, limit: number): readonly StayedClass[] {
  const { analysis, kinds, groups, kindOfNode } = compared;
  const sorted = [...groups.values()].filter(({ count }) => count >= minCount).sort((a, b) => b.retainedBytes - a.retainedBytes);
  const chosen = new Map<number, Group>();
  const isChosen = (node: number) => chosen.has(kindOfNode[node] ?? -1);
  for (const group of sorted) {
    if (chosen.size >= limit) break;
    if (!isInsideChosen(group, analysis.dominators.of, isChosen)) chosen.set(group.kind, group);
  }
  return [...chosen.values()].map((group) => ({
    name: kinds.name(group.kind),
    at: kinds.place(group.kind),
    count: group.count,
    selfBytes: group.selfBytes,
    retainedBytes: group.retainedBytes,
    paths: stayedPaths(analysis, group),
  }));
}

/** With ids kept all have the same type; with ids given anew 65 to 98 % by chance, as was seen on Node 20 to 26. */
const leastSameness = 0.99;

function checkOne(path: string, before: Float64Array, after: Float64Array): void {
  if (sameness(before, after) >= leastSameness) return;
  throw invalidSnapshot(
    path,
    'its objects have other ids than in the snapshot before it: they are of different programs or threads, or a debugger or profiler was detached in between (then V8 numbers all objects anew)',
  );
}

/**
 * Compares three snapshots (paths of files) of one program, taken one after the other while it does the same again and again: what was born after
 * the first and still lived in the second and in the third, by class and by the way on which it is held. What a request needs and
 * gives back is in none of them; what was there before does not count. Reads the files one after the other; memory as for the third one.
 * Rejects with WT_SNAPSHOT_INVALID, WT_INVALID_OPTION.
 */
export async function diffSnapshots(
  first: string,
  second: string,
  third: string,
  options: DiffOptions = {},
): Promise<SnapshotDiff> {
  checkOptions('diffSnapshots', options, { minCount: wholeNumber(1), limit: wholeNumber(1) });
  const [before, middle] = [await readKeys(first), await readKeys(second)];
  checkOne(second, before, middle);
  const analysis = new Analysis(await readGraph(third));
  const { graph, classes, locations, via } = analysis;
  const last = keysOf(graph);
  checkOne(third, middle, last);
  const stayed = stayedIds(before, middle, last);
  const kinds = new Kinds(graph, classes, locations);
  const grouped = groupStayed({ analysis, stayed, kinds, trails: new Trails(graph, classes, via) });
  return {
    classes: choose({ analysis, kinds, ...grouped }, options.minCount ?? 10, options.limit ?? 10),
    stayedCount: stayed.length,
    third: { nodeCount: graph.nodeCount, totalBytes: analysis.retained[0] ?? 0 },
  };
}
