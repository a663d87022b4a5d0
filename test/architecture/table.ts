// The table "Folders" of docs/architecture.md, read as data.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/run-program.ts';
import { markdownTable } from '../support/markdown.ts';

export interface FolderRow {
  readonly folder: string;
  readonly isPrivate: boolean;
  /** `any` means the `index.ts` of every folder. */
  readonly mayImport: readonly string[] | 'any';
  readonly packages: readonly string[];
}

function list(cell: string): readonly string[] {
  if (cell === '–') return [];
  return cell
    .replaceAll(/\([^)]*\)/g, '')
    .split(',')
    .map((word) => word.trim());
}

function rowOf(cells: readonly string[]): FolderRow {
  const [name = '', , arrows = '', packages = ''] = cells;
  const folder = /^`(\w+)`/.exec(name)?.[1];
  if (folder === undefined) throw new Error(`docs/architecture.md: no folder in "${name}"`);
  return {
    folder,
    isPrivate: name.includes('(private)'),
    mayImport: arrows === 'any index' ? 'any' : list(arrows),
    packages: list(packages),
  };
}

/** The rows by folder. Throws if the page has no such table: a test that reads nothing must not pass. */
export function folderTable(): ReadonlyMap<string, FolderRow> {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const rows = markdownTable(page, 'folder').map(rowOf);
  if (rows.length === 0) throw new Error('docs/architecture.md has no table whose first column is "folder"');
  return new Map(rows.map((row) => [row.folder, row]));
}
