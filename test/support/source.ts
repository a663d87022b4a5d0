// Reads TypeScript source as syntax: what a file imports, exports and names. For tests about the code itself.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor, parseSync } from 'rolldown/utils';
import { root } from './run-program.ts';

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** What it imports or re-exports, types included, as written. */
  readonly imports: readonly string[];
  readonly exportsAll: boolean;
  readonly exportsDefault: boolean;
  /** Identifiers of expressions and members, not of text or comments. */
  readonly names: ReadonlySet<string>;
}

function textOf(node: unknown): string | undefined {
  const value = (node as { value?: unknown } | null)?.value;
  return typeof value === 'string' ? value : undefined;
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const imports: string[] = [];
  const names = new Set<string>();
  let exportsAll = false;
  let exportsDefault = false;
  const add = (source: unknown): void => {
    const value = textOf(source);
    if (value !== undefined) imports.push(value);
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => {
      exportsAll = true;
      add(node.source);
    },
    ExportDefaultDeclaration: () => {
      exportsDefault = true;
    },
    Identifier: (node) => {
      names.add(node.name);
    },
  }).visit(program);
  return { path, text, imports, exportsAll, exportsDefault, names };
}

/** Every TypeScript file below a folder of the repository, in the order of their paths; packages and builds left out. */
export function readSources(folder: string): readonly SourceFile[] {
  return pathsBelow(folder).toSorted().map(readSource);
}

function pathsBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'dist' ? [] : pathsBelow(path);
    return entry.isFile() && entry.name.endsWith('.ts') ? [path] : [];
  });
}
