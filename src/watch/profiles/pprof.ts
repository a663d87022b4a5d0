import { gzipSync } from 'node:zlib';
import { Function as PprofFunction, Line, Location, Profile, Sample, StringTable, ValueType } from 'pprof-format';
import type { HeapProfile, ProfileNode } from './heap-profile.ts';

/** Gathers the tables of a pprof profile; ids count from 1. */
class Tables {
  readonly strings: StringTable = new StringTable();
  readonly functions: PprofFunction[] = [];
  readonly locations: Location[] = [];
  readonly samples: Sample[] = [];
  readonly #known = new Map<string, number>();

  /** The location of a function; one for each place and name. */
  location({ callFrame }: ProfileNode): number {
    const { functionName, url, lineNumber } = callFrame;
    const key = `${functionName}\n${url}\n${lineNumber}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.locations.length + 1;
    const name = this.strings.dedup(functionName === '' ? '(anonymous)' : functionName);
    const line = Math.max(0, lineNumber + 1);
    this.functions.push(new PprofFunction({ id, name, systemName: name, filename: this.strings.dedup(url), startLine: line }));
    this.locations.push(new Location({ id, line: [new Line({ functionId: id, line })] }));
    this.#known.set(key, id);
    return id;
  }
}

/** Depth first, without recursion: stacks of a program can be deep. */
function eachNode(head: ProfileNode, visit: (node: ProfileNode, stack: readonly ProfileNode[]) => void): void {
  const open: { readonly node: ProfileNode; readonly stack: readonly ProfileNode[] }[] = [{ node: head, stack: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, stack } = next;
    visit(node, stack);
    const deeper = node === head ? [] : [node, ...stack];
    for (const child of node.children) open.push({ node: child, stack: deeper });
  }
}

/** The same as pprof has it, compressed: `go tool pprof`, Pyroscope, speedscope and Datadog read it. Samples and bytes that live. */
export function pprofOf(profile: HeapProfile): Buffer {
  const tables = new Tables();
  const counts = new Map<number, number>();
  for (const { nodeId } of profile.samples) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  eachNode(profile.head, (node, stack) => {
    const count = counts.get(node.id) ?? 0;
    if (count === 0) return;
    const locationId = [node, ...stack].map((each) => tables.location(each));
    tables.samples.push(new Sample({ locationId, value: [count, Math.round(node.selfSize)] }));
  });
  const type = (name: string, unit: string) =>
    new ValueType({ type: tables.strings.dedup(name), unit: tables.strings.dedup(unit) });
  const encoded = new Profile({
    sampleType: [type('samples', 'count'), type('inuse_space', 'bytes')],
    sample: tables.samples,
    location: tables.locations,
    function: tables.functions,
    periodType: type('space', 'bytes'),
    stringTable: tables.strings,
  }).encode();
  return gzipSync(encoded);
}
