import type { Schema } from './schema-parts.ts';

/** What is wrong first, as `path: what was expected`; `null` when the value has the shape. Keys that the schema does not name are allowed. */
export function firstMismatch(value: unknown, schema: Schema, path = '$'): string | null {
  if (schema.anyOf !== undefined) return checkAnyOf(value, schema.anyOf, path);
  if (schema.const !== undefined) return value === schema.const ? null : `${path}: expected "${schema.const}"`;
  if (schema.enum !== undefined) return checkWord(value, schema.enum, path);
  if (!hasType(value, schema.type)) return `${path}: expected ${schema.type ?? 'anything'}, found ${nameOf(value)}`;
  if (Array.isArray(value)) return checkList(value, schema, path);
  return isObject(value) ? checkObject(value, schema, path) : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function hasType(value: unknown, type: Schema['type']): boolean {
  if (type === undefined) return true;
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return type === 'null' ? value === null : typeof value === type;
}

/** The message of the first alternative is the useful one: the others are `null` or further plain types. */
function checkAnyOf(value: unknown, alternatives: readonly Schema[], path: string): string | null {
  const mismatches = alternatives.map((schema) => firstMismatch(value, schema, path));
  return mismatches.includes(null) ? null : (mismatches[0] ?? null);
}

function checkWord(value: unknown, words: readonly string[], path: string): string | null {
  return typeof value === 'string' && words.includes(value) ? null : `${path}: expected one of ${words.join(', ')}`;
}

function checkList(list: readonly unknown[], schema: Schema, path: string): string | null {
  const parts = schema.prefixItems ?? [];
  if (list.length < parts.length) return `${path}: expected ${String(parts.length)} elements, found ${String(list.length)}`;
  for (const [index, item] of list.entries()) {
    const below = parts[index] ?? schema.items;
    const mismatch = below === undefined ? null : firstMismatch(item, below, `${path}[${String(index)}]`);
    if (mismatch !== null) return mismatch;
  }
  return null;
}

function checkObject(object: Readonly<Record<string, unknown>>, schema: Schema, path: string): string | null {
  const missing = schema.required?.find((key) => !Object.hasOwn(object, key));
  if (missing !== undefined) return `${path}.${missing}: missing`;
  for (const [key, value] of Object.entries(object)) {
    const below =
      schema.properties !== undefined && Object.hasOwn(schema.properties, key)
        ? schema.properties[key]
        : schema.additionalProperties;
    const mismatch = below === undefined ? null : firstMismatch(value, below, `${path}.${key}`);
    if (mismatch !== null) return mismatch;
  }
  return null;
}
