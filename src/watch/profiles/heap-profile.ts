import type { SampledFunction, SurvivorSeries } from '../../leak/survivors.ts';
import type { Survivor } from '../../leak/survivors.ts';

/** A sampling heap profile as V8 has it (`.heapprofile`): Chrome DevTools and editors open it. Lines and columns from 0. */
export interface HeapProfile {
  readonly head: ProfileNode;
  readonly samples: readonly ProfileSample[];
}

export interface ProfileNode {
  readonly callFrame: {
    readonly functionName: string;
    readonly scriptId: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  /** Bytes that were allocated here and live, as the samples stand for. */
  selfSize: number;
  readonly id: number;
  readonly children: ProfileNode[];
}

export interface ProfileSample {
  readonly size: number;
  readonly nodeId: number;
  readonly ordinal: number;
}

/** The samples of one thread. */
export interface SampledThread {
  /** `process 4711`; null where there is one only. */
  readonly label: string | null;
  readonly series: SurvivorSeries;
}

/** What lived after the last poll. */
function living({ polls }: SurvivorSeries): readonly Survivor[] {
  const alive = new Map<number, Survivor>();
  for (const { born, died } of polls) {
    for (const survivor of born) alive.set(survivor.ordinal, survivor);
    for (const ordinal of died) alive.delete(ordinal);
  }
  return [...alive.values()];
}

class Tree {
  readonly head: ProfileNode = { callFrame: frame('(root)'), selfSize: 0, id: 1, children: [] };
  readonly samples: ProfileSample[] = [];
  #nodes = 1;

  add({ label, series }: SampledThread): void {
    const top = label === null ? this.head : this.#child(this.head, frame(label));
    const nodes = new Map<number, ProfileNode>();
    for (const { stack, bytes, ordinal } of living(series)) {
      const node = this.#of(stack, series, nodes) ?? top;
      node.selfSize += bytes;
      this.samples.push({ size: bytes, nodeId: node.id, ordinal });
    }
    // Nodes are made from the leaves: those without a parent belong below the top.
    for (const [stack, node] of nodes) if ((series.stacks[stack]?.parent ?? -1) < 0) top.children.push(node);
  }

  /** The node of a stack, with those above it. */
  #of(stack: number, series: SurvivorSeries, nodes: Map<number, ProfileNode>): ProfileNode | undefined {
    let below: ProfileNode | undefined;
    let first: ProfileNode | undefined;
    for (let at = stack; at >= 0;) {
      const known = nodes.get(at);
      const node = known ?? this.#make(frameOf(series.functions[series.stacks[at]?.frame ?? -1]));
      if (below !== undefined) node.children.push(below);
      first ??= node;
      if (known !== undefined) break;
      nodes.set(at, node);
      below = node;
      at = series.stacks[at]?.parent ?? -1;
    }
    return first;
  }

  #child(parent: ProfileNode, callFrame: ProfileNode['callFrame']): ProfileNode {
    const node = this.#make(callFrame);
    parent.children.push(node);
    return node;
  }

  #make(callFrame: ProfileNode['callFrame']): ProfileNode {
    this.#nodes += 1;
    return { callFrame, selfSize: 0, id: this.#nodes, children: [] };
  }
}

function frame(functionName: string): ProfileNode['callFrame'] {
  return { functionName, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };
}

function frameOf(found: SampledFunction | undefined): ProfileNode['callFrame'] {
  if (found === undefined) return frame('(unknown)');
  const { name, url, line, column } = found;
  return { functionName: name, scriptId: '0', url, lineNumber: line - 1, columnNumber: column - 1 };
}

/** What lived at the end of the sampling of these threads, by where it was allocated. */
export function heapProfile(threads: readonly SampledThread[]): HeapProfile {
  const tree = new Tree();
  for (const thread of threads) tree.add(thread);
  return { head: tree.head, samples: tree.samples };
}
