// Heap snapshots of our own making: what is in them is known.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const nodeTypes: readonly string[] = [
  'hidden',
  'array',
  'string',
  'object',
  'code',
  'closure',
  'regexp',
  'number',
  'native',
  'synthetic',
];
export const edgeTypes: readonly string[] = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'];

export interface MadeEdge {
  /** Default `property`. */
  readonly type?: string;
  readonly name?: string | number;
  /** Index of the node. */
  readonly to: number;
}

export interface MadeNode {
  /** Default `object`. */
  readonly type?: string;
  readonly name: string;
  /** Default: twice the index plus 1. */
  readonly id?: number;
  /** Default 8. */
  readonly size?: number;
  readonly edges?: readonly MadeEdge[];
}

export interface MadeOptions {
  /** Rows of node, script, line, column. */
  readonly locations?: readonly (readonly [number, number, number, number])[];
  /** As Node 24 writes it: one field less in a node. */
  readonly later?: boolean;
}

const isNamed = (type: string): boolean => type !== 'element' && type !== 'hidden';

/** The text of a snapshot, as V8 writes it: a node and an edge to a line. */
export function snapshotText(nodes: readonly MadeNode[], options: MadeOptions = {}): string {
  const strings = ['<dummy>'];
  const numbers = new Map<string, number>([['<dummy>', 0]]);
  const string = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, strings.length);
    return strings.push(text) - 1;
  };
  const fields = options.later === true ? 6 : 7;
  const nodeRows = nodes.map((node, at) => {
    const row = [
      nodeTypes.indexOf(node.type ?? 'object'),
      string(node.name),
      node.id ?? at * 2 + 1,
      node.size ?? 8,
      node.edges?.length ?? 0,
    ];
    return [...row, ...(options.later === true ? [0] : [0, 0])].join(',');
  });
  const edgeRows = nodes.flatMap((node) =>
    (node.edges ?? []).map(({ type = 'property', name = 'next', to }) =>
      [edgeTypes.indexOf(type), isNamed(type) ? string(String(name)) : Number(name) || 0, to * fields].join(','),
    ),
  );
  const locations = (options.locations ?? []).map(([node, ...rest]) => [node * fields, ...rest].join(','));
  const meta = {
    node_fields: [
      'type',
      'name',
      'id',
      'self_size',
      'edge_count',
      ...(options.later === true ? [] : ['trace_node_id']),
      'detachedness',
    ],
    node_types: [nodeTypes, 'string', 'number', 'number', 'number', 'number', 'number'],
    edge_fields: ['type', 'name_or_index', 'to_node'],
    edge_types: [edgeTypes, 'string_or_number', 'node'],
    trace_function_info_fields: ['function_id', 'name', 'script_name', 'script_id', 'line', 'column'],
    trace_node_fields: ['id', 'function_info_index', 'count', 'size', 'children'],
    sample_fields: ['timestamp_us', 'last_assigned_id'],
    location_fields: ['object_index', 'script_id', 'line', 'column'],
  };
  const head = JSON.stringify({
    snapshot: { meta, node_count: nodes.length, edge_count: edgeRows.length, trace_function_count: 0 },
  });
  const ascii = (text: string): string =>
    JSON.stringify(text).replaceAll(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [
    `${head.slice(0, -1)},\n"nodes":[${nodeRows.join('\n,')}\n]`,
    `,\n"edges":[${edgeRows.join('\n,')}\n]`,
    ',\n"trace_function_infos":[],\n"trace_tree":[],\n"samples":[]',
    `,\n"locations":[${locations.join('\n,')}\n]`,
    `,\n"strings":[${strings.map(ascii).join(',\n')}]}`,
  ].join('');
}

/** Calls with a folder of its own, which is removed afterwards. */
export async function inFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'wt-snapshot-'));
  try {
    return await task(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Calls with the path of a file that has this text. */
export function withFile<T>(text: string | Buffer, task: (path: string) => Promise<T>): Promise<T> {
  return inFolder((folder) => {
    const path = join(folder, 'made.heapsnapshot');
    writeFileSync(path, text);
    return task(path);
  });
}
