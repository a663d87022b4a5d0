import { countByConstructor, diffSnapshots, heldBy, readSnapshot } from '../../snapshot/index.ts';
import type { ConstructorCount, HeldBy, SnapshotClass, SnapshotDiff, SnapshotNode } from '../../snapshot/index.ts';

/** What an analysis is asked. */
export type AnalysisRequest =
  | { readonly what: 'one'; readonly file: string; readonly limit: number }
  | { readonly what: 'counts'; readonly file: string; readonly limit: number }
  | { readonly what: 'three'; readonly files: readonly [string, string, string]; readonly limit: number };

/** One snapshot. */
export interface OneSnapshot {
  readonly file: string;
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly totalBytes: number;
  /** Of the program; V8's own are summed in `ofV8`. */
  readonly classCount: number;
  readonly classes: readonly SnapshotClass[];
  readonly ofV8: { readonly count: number; readonly selfBytes: number };
  readonly biggest: readonly (SnapshotNode & { readonly heldBy: readonly HeldBy[] })[];
}

export interface Counts {
  readonly file: string;
  readonly classCount: number;
  readonly classes: readonly ConstructorCount[];
}

/** Which answer belongs to which request. */
export interface AnalysisAnswers {
  readonly one: OneSnapshot;
  readonly counts: Counts;
  readonly three: SnapshotDiff;
}

const biggestShown = 5;

/** Code, shapes of objects, tables: what V8 keeps for itself. */
function isOfV8({ name }: SnapshotClass): boolean {
  return (
    /^\((?!closure|string|native)|^system \/|^\((?:closure|native)\) system \//.test(name) && !name.includes('JSArrayBufferData')
  );
}

/** That the globals hold everything is no news. */
function isGlobal({ name }: SnapshotNode): boolean {
  return /^global\b/.test(name);
}

async function one(file: string, limit: number): Promise<OneSnapshot> {
  const snapshot = await readSnapshot(file);
  const all = snapshot.classes();
  const classes = all.filter((each) => !isOfV8(each));
  const inner = all.filter(isOfV8);
  const { nodeCount, edgeCount, totalBytes } = snapshot;
  const biggest = snapshot
    .biggest(biggestShown + 4)
    .filter((node) => !isGlobal(node))
    .slice(0, biggestShown)
    .map((node) => ({ ...node, heldBy: heldBy(snapshot.pathTo(node.id) ?? []) }));
  return {
    file,
    nodeCount,
    edgeCount,
    totalBytes,
    classCount: classes.length,
    classes: classes.slice(0, limit),
    ofV8: {
      count: inner.reduce((sum, { count }) => sum + count, 0),
      selfBytes: inner.reduce((sum, { selfBytes }) => sum + selfBytes, 0),
    },
    biggest,
  };
}

/** Rejects with WT_SNAPSHOT_INVALID. */
export async function analyse(request: AnalysisRequest): Promise<AnalysisAnswers[keyof AnalysisAnswers]> {
  if (request.what === 'one') return one(request.file, request.limit);
  if (request.what === 'three') return diffSnapshots(...request.files, { limit: request.limit });
  const classes = await countByConstructor(request.file);
  return { file: request.file, classCount: classes.length, classes: classes.slice(0, request.limit) };
}
