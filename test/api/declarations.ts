// Reads emitted declaration files: which names a public entry exports, and the declaration and docstring of each.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Visitor, parseSync } from 'rolldown/utils';

interface Positioned {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

interface Local {
  /** Start and end of each statement that declares the name (a function may have several). */
  readonly spans: (readonly [start: number, end: number])[];
  /** Names of types that the declarations refer to. */
  readonly uses: Set<string>;
}

interface Link {
  readonly file: string;
  readonly name: string;
}

interface DeclarationFile {
  readonly path: string;
  readonly text: string;
  /** Ends of docstrings, by the offset at which what they document starts. */
  readonly docs: ReadonlyMap<number, string>;
  readonly locals: Map<string, Local>;
  readonly imports: Map<string, Link>;
  /** Exported name to where it comes from; a local one links to the file itself. */
  readonly exports: Map<string, Link>;
}

export interface PublicName {
  readonly name: string;
  /** The declaration as emitted, docstring included. */
  readonly text: string;
  readonly documented: boolean;
  /** Where it is declared, so that the same type under two entries is one type. */
  readonly declaredIn: string;
  /** Declarations of this package that it refers to. */
  readonly uses: readonly { readonly name: string; readonly declaredIn: string }[];
}

const files = new Map<string, DeclarationFile>();

const nameOf = (node: { readonly name?: string; readonly value?: unknown }): string => node.name ?? String(node.value);

function docsOf(text: string, comments: readonly (Positioned & { readonly value: string })[]): Map<number, string> {
  const docs = new Map<number, string>();
  for (const comment of comments) {
    if (comment.type !== 'Block' || !comment.value.startsWith('*')) continue;
    const gap = /^\s*/.exec(text.slice(comment.end))?.[0] ?? '';
    docs.set(comment.end + gap.length, text.slice(comment.start, comment.end));
  }
  return docs;
}

/** The identifiers that a declaration statement declares. */
function declaredNames(declaration: Record<string, unknown>): readonly string[] {
  const list = declaration['declarations'] as readonly { readonly id: { readonly name: string } }[] | undefined;
  if (list !== undefined) return list.map((one) => one.id.name);
  const id = declaration['id'] as { readonly name: string } | null | undefined;
  return id == null ? [] : [id.name];
}

function usedTypes(statement: unknown): Set<string> {
  const uses = new Set<string>();
  const add = (node: { readonly type: string }): void => {
    if (node.type === 'Identifier') uses.add(nameOf(node as { readonly name?: string }));
  };
  new Visitor({
    TSTypeReference: (node) => add(node.typeName),
    TSTypeQuery: (node) => add(node.exprName),
    TSInterfaceHeritage: (node) => add(node.expression),
    TSClassImplements: (node) => add(node.expression),
  }).visit({ type: 'Program', body: [statement], sourceType: 'module', hashbang: null, start: 0, end: 0 } as never);
  return uses;
}

/** Reads a declaration file once. `path` ends in `.d.ts`. */
function read(path: string): DeclarationFile {
  const known = files.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(path, 'utf8');
  const { program, comments } = parseSync(path, text);
  const file: DeclarationFile = {
    path,
    text,
    docs: docsOf(text, comments),
    locals: new Map(),
    imports: new Map(),
    exports: new Map(),
  };
  files.set(path, file);
  for (const statement of program.body) readStatement(file, statement as unknown as Record<string, unknown> & Positioned);
  return file;
}

function linkFrom(file: DeclarationFile, source: unknown, name: string): Link {
  const specifier = String((source as { readonly value: unknown }).value);
  const target = specifier.startsWith('.') ? join(dirname(file.path), specifier.replace(/\.[jt]s$/, '.d.ts')) : specifier;
  return { file: target, name };
}

function declare(file: DeclarationFile, statement: Record<string, unknown> & Positioned, exported: boolean): void {
  const declaration = (statement['declaration'] ?? statement) as Record<string, unknown>;
  for (const name of declaredNames(declaration)) {
    const local = file.locals.get(name) ?? { spans: [], uses: new Set<string>() };
    local.spans.push([statement.start, statement.end]);
    for (const use of usedTypes(statement)) local.uses.add(use);
    file.locals.set(name, local);
    if (exported) file.exports.set(name, { file: file.path, name });
  }
}

function readStatement(file: DeclarationFile, statement: Record<string, unknown> & Positioned): void {
  type Specifier = {
    readonly imported?: { name: string };
    readonly local: { name: string };
    readonly exported?: { name: string };
  };
  const specifiers = (statement['specifiers'] ?? []) as readonly Specifier[];
  if (statement.type === 'ImportDeclaration') {
    for (const one of specifiers) {
      if (one.imported !== undefined) file.imports.set(one.local.name, linkFrom(file, statement['source'], nameOf(one.imported)));
    }
  } else if (statement.type === 'ExportNamedDeclaration') {
    if (statement['declaration'] != null) declare(file, statement, true);
    for (const one of specifiers) {
      const name = nameOf(one.local);
      const from =
        statement['source'] == null
          ? (file.imports.get(name) ?? { file: file.path, name })
          : linkFrom(file, statement['source'], name);
      if (one.exported !== undefined) file.exports.set(nameOf(one.exported), from);
    }
  } else {
    declare(file, statement, false);
  }
}

/** Follows re-exports to the file that declares the name; undefined where it comes from outside the package. */
function resolve(link: Link): { readonly file: DeclarationFile; readonly name: string } | undefined {
  if (!link.file.endsWith('.d.ts')) return undefined;
  const file = read(link.file);
  if (file.locals.has(link.name)) return { file, name: link.name };
  const next = file.exports.get(link.name) ?? file.imports.get(link.name);
  return next === undefined ? undefined : resolve(next);
}

function publicName(exportedAs: string, link: Link): PublicName {
  const home = resolve(link);
  const local = home?.file.locals.get(home.name);
  if (home === undefined || local === undefined) throw new Error(`${exportedAs} is exported but declared nowhere (${link.file})`);
  const parts = local.spans.map(([start, end]) => {
    const doc = home.file.docs.get(start);
    return { doc, text: `${doc === undefined ? '' : `${doc}\n`}${home.file.text.slice(start, end)}` };
  });
  const uses = [...local.uses].flatMap((use) => {
    const target = resolve({ file: home.file.path, name: use });
    return target === undefined ? [] : [{ name: target.name, declaredIn: target.file.path }];
  });
  return {
    name: exportedAs,
    text: parts.map((part) => part.text).join('\n'),
    documented: parts.some((part) => part.doc !== undefined),
    declaredIn: `${home.file.path}#${home.name}`,
    uses,
  };
}

/** What the entry exports, by name. */
export function publicNames(entry: string): readonly PublicName[] {
  return [...read(entry).exports].map(([name, link]) => publicName(name, link)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
