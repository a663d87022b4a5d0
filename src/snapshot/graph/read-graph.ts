import type { Layout } from '../file/layout.ts';
import type { FileMark } from '../file/scan-file.ts';
import { asInvalid, scanFile } from '../file/scan-file.ts';
import type { Sinks } from '../file/scanner.ts';
import type { StringSink } from '../file/strings.ts';
import { BadSnapshot, invalidSnapshot } from '../invalid.ts';
import { EdgeColumns } from './edge-columns.ts';
import type { Graph } from './graph.ts';
import { LocationRows } from './location-rows.ts';
import { markWeak } from './mark-weak.ts';
import { NodeColumns } from './node-columns.ts';
import { StringOffsets, StringTable } from './string-table.ts';
import { weakMapTable } from './weak-maps.ts';

/** Keeps where strings begin, and of which WeakMap the names of edges tell. */
class Strings implements StringSink {
  readonly offsets: StringOffsets = new StringOffsets();
  /** By string: the id of the table of the WeakMap. */
  readonly tables: Map<number, number> = new Map();
  readonly #edges: EdgeColumns;

  constructor(edges: EdgeColumns) {
    this.#edges = edges;
  }

  begin(index: number, offset: number): boolean {
    this.offsets.add(offset);
    return this.#edges.internalNames.has(index);
  }

  text(index: number, text: string): void {
    const table = weakMapTable(text);
    if (table !== undefined) this.tables.set(index, table);
  }

  end(_count: number, offset: number): void {
    this.offsets.end(offset);
  }
}

interface Parts {
  readonly layout: Layout;
  readonly nodes: NodeColumns;
  readonly edges: EdgeColumns;
  readonly locations: LocationRows;
  readonly strings: Strings;
}

function makeParts(layout: Layout): Parts {
  const edges = new EdgeColumns(layout);
  return { layout, nodes: new NodeColumns(layout), edges, locations: new LocationRows(layout), strings: new Strings(edges) };
}

function sinksOf({ layout, nodes, edges, locations, strings }: Parts): Sinks {
  return { nodes, edges, strings, ...(layout.locationFields > 0 ? { locations } : {}) };
}

function check({ nodes, edges, strings }: Parts): void {
  nodes.check();
  edges.check();
  const { count } = strings.offsets;
  if (Math.max(nodes.highestName, edges.highestName) >= count)
    throw new BadSnapshot(`it is damaged: names refer to strings behind the ${count} that it has`);
}

function assemble(mark: FileMark, parts: Parts): Graph {
  const { layout, nodes, edges, locations, strings } = parts;
  const graph: Graph = {
    layout,
    nodeCount: layout.nodeCount,
    edgeCount: layout.edgeCount,
    type: nodes.type,
    name: nodes.name,
    id: nodes.id,
    size: nodes.size,
    bigSizes: nodes.bigSizes,
    first: nodes.first,
    edgeType: edges.type,
    edgeName: edges.name,
    to: edges.to,
    locations: locations.rows,
    strings: new StringTable(mark, strings.offsets),
  };
  markWeak(graph, strings.tables);
  return graph;
}

/** Reads a whole file into columns: 17 bytes a node, 9 an edge. Rejects with WT_SNAPSHOT_INVALID. */
export async function readGraph(path: string): Promise<Graph> {
  let parts: Parts | undefined;
  const mark = await scanFile(path, (layout) => {
    parts = makeParts(layout);
    return sinksOf(parts);
  });
  // The file was read to its end, and so its head as well.
  if (parts === undefined) throw invalidSnapshot(path, 'it is no heap snapshot');
  try {
    check(parts);
  } catch (error) {
    throw asInvalid(path, error);
  }
  return assemble(mark, parts);
}
