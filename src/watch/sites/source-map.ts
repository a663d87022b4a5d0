import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FlattenMap, originalPositionFor, traceSegment } from '@jridgewell/trace-mapping';
import type { TraceMap } from '@jridgewell/trace-mapping';
import type { Disk } from './disk.ts';

export interface Position {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Of the function, as it was before it was minified. */
  readonly name: string;
}

const comment = /\/[/*][#@]\s*sourceMappingURL=([^\s'"*]+)/g;

/** The last such comment counts: earlier ones belong to files that were bundled in. */
function mapReference(text: string): string | undefined {
  let found: string | undefined;
  for (const match of text.matchAll(comment)) found = match[1];
  return found;
}

function inlineMap(reference: string): string | undefined {
  const comma = reference.indexOf(',');
  if (comma < 0) return undefined;
  const data = reference.slice(comma + 1);
  try {
    return reference.slice(0, comma).endsWith(';base64')
      ? Buffer.from(data, 'base64').toString('utf8')
      : decodeURIComponent(data);
  } catch {
    return undefined;
  }
}

function besides(file: string, reference: string): string | undefined {
  if (/^[a-z][a-z\d+.-]+:/i.test(reference)) return reference.startsWith('file:') ? pathOf(reference) : undefined;
  try {
    return resolve(dirname(file), decodeURIComponent(reference));
  } catch {
    return resolve(dirname(file), reference);
  }
}

/** The path that a script's URL or name stands for. */
export function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

/** `webpack://shop/./src/cart.ts?1a2b` → `src/cart.ts`: bundlers put schemes and hashes around the paths of sources. */
function plainSource(source: string, mapFile: string): string {
  if (source.startsWith('file:')) return pathOf(source);
  const bundled = /^[a-z][a-z\d+.-]+:\/\/(?:\/|[^/]*\/)?(.*?)(?:\?[\da-f]*)?$/i.exec(source);
  if (bundled) return (bundled[1] ?? '').replace(/^(?:\.\/)+/, '');
  return isAbsolute(source) ? source : resolve(dirname(mapFile), source);
}

interface Loaded {
  readonly map: TraceMap;
  readonly file: string;
}

/** Looks positions up in the source maps that lie on disk: beside the script, or inside it. Each script is read once. */
export class SourceMaps {
  readonly #disk: Disk;
  readonly #loaded = new Map<string, Loaded | null>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Where the code at this place of a generated file, in a function of this name, came from; undefined without a map, or when the map does not say. */
  original(file: string, line: number, column: number, name: string): Position | undefined {
    const loaded = this.#load(file);
    if (loaded === null) return undefined;
    const found = originalPositionFor(loaded.map, { line, column: Math.max(0, column - 1) });
    if (found.source === null) return undefined;
    return {
      file: plainSource(found.source, loaded.file),
      line: found.line,
      column: found.column + 1,
      name: nameOf(loaded.map, line - 1, column - 1, name),
    };
  }

  has(file: string): boolean {
    return this.#load(file) !== null;
  }

  #load(file: string): Loaded | null {
    const known = this.#loaded.get(file);
    if (known !== undefined) return known;
    const made = this.#read(file);
    this.#loaded.set(file, made);
    return made;
  }

  #read(file: string): Loaded | null {
    const text = this.#disk.read(file);
    if (text === undefined) return null;
    const reference = mapReference(text);
    if (reference?.startsWith('data:')) return parse(inlineMap(reference), file);
    const mapFile = reference === undefined ? `${file}.map` : besides(file, reference);
    return mapFile === undefined ? null : parse(this.#disk.read(mapFile), mapFile);
  }
}

/** What may stand between the name of a function and where it begins, for V8: its parameters. `i(e)`, `i=(e)=>` and `i=e=>`, `i=function(e)`. */
const between = ['', '=', '=function'];

/** Maps name the tokens of a minified file: the one that is the function's name is told by where it stands. Line and column from 0. */
function nameOf(map: TraceMap, line: number, column: number, name: string): string {
  if (name === '') return name;
  for (const { length } of between) {
    const at = column - length - name.length;
    const token = at < 0 ? null : traceSegment(map, line, at);
    if (token?.length === 5 && token[0] === at) return map.names[token[4]] ?? name;
  }
  return name;
}

/** Index maps (with sections) are flattened; a map that is no map is none. */
function parse(text: string | undefined, file: string): Loaded | null {
  if (text === undefined) return null;
  try {
    const json = text.startsWith(')]}') ? text.slice(text.indexOf('\n') + 1) : text;
    return { map: new FlattenMap(json), file };
  } catch {
    return null;
  }
}
