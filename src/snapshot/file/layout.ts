import { BadSnapshot } from '../invalid.ts';

/** Where things stand in the rows of a file: versions of V8 differ in their fields. */
export interface Layout {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly nodeTypes: readonly string[];
  readonly edgeTypes: readonly string[];
  /** Fields in a row of a node, and the places of those that are read. */
  readonly nodeFields: number;
  readonly type: number;
  readonly name: number;
  readonly id: number;
  readonly selfSize: number;
  readonly edges: number;
  /** Fields in a row of an edge, and their places. */
  readonly edgeFields: number;
  readonly edgeType: number;
  readonly edgeName: number;
  readonly edgeTo: number;
  /** The same of locations; 0 fields where the file has none. */
  readonly locationFields: number;
  readonly locationPlaces: readonly [object: number, script: number, line: number, column: number];
}

interface Head {
  readonly snapshot?: {
    readonly meta?: {
      readonly node_fields?: unknown;
      readonly node_types?: unknown;
      readonly edge_fields?: unknown;
      readonly edge_types?: unknown;
      readonly location_fields?: unknown;
    };
    readonly node_count?: unknown;
    readonly edge_count?: unknown;
  };
}

const nothing = 'it is no heap snapshot: its head has no';

function names(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) throw new BadSnapshot(`${nothing} ${what}`);
  return value;
}

function places(fields: readonly string[], wanted: readonly string[], what: string): readonly number[] {
  return wanted.map((name) => {
    const at = fields.indexOf(name);
    if (at < 0) throw new BadSnapshot(`${nothing} field "${name}" in ${what}`);
    return at;
  });
}

function count(value: unknown, what: string, limit: number): number {
  if (!Number.isSafeInteger(value) || Number(value) < 0) throw new BadSnapshot(`${nothing} ${what}`);
  if (Number(value) > limit)
    throw new BadSnapshot(
      `it was cut off, or is damaged: its head tells of ${Number(value)} in ${what}, more than the file has room for`,
    );
  return Number(value);
}

function typesOf(value: unknown, at: number, what: string): readonly string[] {
  const types = names(Array.isArray(value) ? value[at] : undefined, what);
  if (types.length > 127) throw new BadSnapshot(`its head has ${types.length} ${what}`);
  return types;
}

function locationPlaces(fields: readonly string[]): Layout['locationPlaces'] {
  const [object = 0, script = 0, line = 0, column = 0] =
    fields.length === 0 ? [] : places(fields, ['object_index', 'script_id', 'line', 'column'], 'location_fields');
  return [object, script, line, column];
}

function parse(text: string): Head {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    throw new BadSnapshot('it is no heap snapshot: its head cannot be read');
  }
}

/** Reads the head, JSON up to the array of nodes. `fileBytes` bounds what it may claim. Throws {@link BadSnapshot}. */
export function readLayout(text: string, fileBytes: number): Layout {
  const { snapshot } = parse(text);
  const { meta } = snapshot ?? {};
  if (meta === undefined) throw new BadSnapshot(`${nothing} "snapshot.meta"`);
  const node = names(meta.node_fields, 'node_fields');
  const edge = names(meta.edge_fields, 'edge_fields');
  const location = meta.location_fields === undefined ? [] : names(meta.location_fields, 'location_fields');
  const [type = 0, name = 0, id = 0, selfSize = 0, edges = 0] = places(
    node,
    ['type', 'name', 'id', 'self_size', 'edge_count'],
    'node_fields',
  );
  const [edgeType = 0, edgeName = 0, edgeTo = 0] = places(edge, ['type', 'name_or_index', 'to_node'], 'edge_fields');
  return {
    // Each number takes at least a digit and a comma.
    nodeCount: count(snapshot?.node_count, 'node_count', fileBytes / (2 * node.length)),
    edgeCount: count(snapshot?.edge_count, 'edge_count', fileBytes / (2 * edge.length)),
    nodeTypes: typesOf(meta.node_types, type, 'node_types'),
    edgeTypes: typesOf(meta.edge_types, edgeType, 'edge_types'),
    nodeFields: node.length,
    type,
    name,
    id,
    selfSize,
    edges,
    edgeFields: edge.length,
    edgeType,
    edgeName,
    edgeTo,
    locationFields: location.length,
    locationPlaces: locationPlaces(location),
  };
}
