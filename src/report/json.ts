import type { Report } from '../wire/report.ts';
import type { Schema } from './schema.ts';
import { schemaOfReport } from './schema.ts';

/**
 * The report as JSON text, ending with a line feed. The same report gives the same bytes: keys stand in the order of the
 * schema, keys of maps and unknown keys in alphabetical order after them, and a list of plain values takes one line.
 */
export function renderJson(report: Report): string {
  return `${write(report, schemaOfReport, '')}\n`;
}

function write(value: unknown, schema: Schema | undefined, indent: string): string {
  if (Array.isArray(value)) return writeList(value, schema, indent);
  if (typeof value === 'object' && value !== null) return writeObject(value, schema, indent);
  return plain(value);
}

/** What JSON cannot hold (undefined, NaN, an infinite number) is "not measured". */
function plain(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function writeList(list: readonly unknown[], schema: Schema | undefined, indent: string): string {
  if (list.every(isPlain)) return `[${list.map(plain).join(', ')}]`;
  const inner = `${indent}  `;
  const items = list.map((item) => `${inner}${write(item, schema?.items, inner)}`);
  return `[\n${items.join(',\n')}\n${indent}]`;
}

function writeObject(object: object, schema: Schema | undefined, indent: string): string {
  const entries = new Map(Object.entries(object).filter(([, value]) => value !== undefined));
  if (entries.size === 0) return '{}';
  const known = Object.keys(schema?.properties ?? {}).filter((key) => entries.has(key));
  const others = [...entries.keys()].filter((key) => !known.includes(key)).sort();
  const inner = `${indent}  `;
  const lines = [...known, ...others].map((key) => {
    const below = schema?.properties?.[key] ?? schema?.additionalProperties;
    return `${inner}${JSON.stringify(key)}: ${write(entries.get(key), below, inner)}`;
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
