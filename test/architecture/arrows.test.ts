import { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../support/run-program.ts';
import type { SourceFile } from '../support/source.ts';
import { readSources } from '../support/source.ts';
import { folderTable } from './table.ts';

const table = folderTable();
const files = readSources('src');
const byPath = new Map(files.map((file) => [file.path, file]));

const folderOf = (path: string): string => path.split('/')[1] ?? '';
const isRelative = (specifier: string): boolean => specifier.startsWith('.');
const targetOf = (file: SourceFile, specifier: string): string => posix.join(dirname(file.path), specifier);
const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

function arrowsOf(file: SourceFile): readonly string[] {
  const from = folderOf(file.path);
  const allowed = table.get(from)?.mayImport ?? [];
  return file.imports.filter(isRelative).flatMap((specifier) => {
    const target = targetOf(file, specifier);
    const to = folderOf(target);
    if (to === from) return [];
    const fine = allowed === 'any' ? isOpenToAny(target, to) : allowed.includes(to);
    return fine ? [] : [`${file.path} imports ${target}`];
  });
}

/** Only the doors of public folders; of private ones any file, so that a command loads no more than it needs. */
function isOpenToAny(target: string, to: string): boolean {
  return table.get(to)?.isPrivate === true || (table.has(to) && target === `src/${to}/index.ts`);
}

function packagesOf(file: SourceFile): readonly string[] {
  const allowed = table.get(folderOf(file.path))?.packages ?? [];
  return file.imports
    .filter((specifier) => !isRelative(specifier) && !specifier.startsWith('node:'))
    .filter((specifier) => !allowed.includes(packageOf(specifier)) || builtinModules.includes(specifier))
    .map((specifier) => `${file.path} imports ${specifier}`);
}

/** Depth first; a file met again while it is still being walked closes a cycle. */
function cycles(): readonly string[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    const file = byPath.get(path);
    for (const specifier of file?.imports.filter(isRelative) ?? [])
      walk(targetOf(file as SourceFile, specifier), [...trail, path]);
    state.set(path, 'done');
  };
  for (const file of files) walk(file.path, []);
  return found;
}

describe('the arrow table', () => {
  test('has a row for each folder of src, and no other', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect([...table.keys()].toSorted()).toEqual(folders.map((entry) => entry.name).toSorted());
  });

  test('names only folders that it has', () => {
    const named = [...table.values()].flatMap((row) => (row.mayImport === 'any' ? [] : row.mayImport));
    expect(named.filter((name) => !table.has(name))).toEqual([]);
  });

  test('no folder imports another but by an arrow', () => {
    expect(files.flatMap(arrowsOf)).toEqual([]);
  });

  test('no folder imports a package but its own, and built-in modules by node:', () => {
    expect(files.flatMap(packagesOf)).toEqual([]);
  });

  test('packages bundled into the page of the report are imported nowhere else', () => {
    const importers = files.filter((file) => file.imports.some((specifier) => packageOf(specifier) === 'uplot'));
    expect(importers.map((file) => file.path).filter((path) => !path.startsWith('src/report/page/'))).toEqual([]);
  });

  test('no import cycles, not even of types', () => {
    expect(cycles()).toEqual([]);
  });

  test('every relative import names a file that exists', () => {
    const broken = files.flatMap((file) =>
      file.imports
        .filter((specifier) => isRelative(specifier) && specifier.endsWith('.ts'))
        .filter((specifier) => !byPath.has(targetOf(file, specifier)))
        .map((specifier) => `${file.path}: ${specifier}`),
    );
    expect(broken).toEqual([]);
  });
});
