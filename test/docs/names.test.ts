import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { codes } from '../../src/kernel/codes.ts';
import { formerNames } from '../../src/kernel/former-names.ts';
import type { PublicName } from '../api/declarations.ts';
import { readSurfaces } from '../api/emit.ts';
import { markdownTable } from '../support/markdown.ts';
import { root } from '../support/run-program.ts';
import { readSources } from '../support/source.ts';
import { readPage } from './pages.ts';

interface NameRow {
  readonly original: string;
  readonly here: string;
  readonly guide: string;
  readonly tests: string;
}

const rows: readonly NameRow[] = markdownTable(readPage('docs/reference/names.md').text, 'original').map(
  ([original = '', here = '', , guide = '', tests = '']) => ({ original, here, guide, tests }),
);
const built = rows.filter((row) => !row.here.startsWith('planned'));
const quoted = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

let surface: ReadonlyMap<string, PublicName> = new Map();
const commandLine = readSources('src/cli')
  .map((file) => file.text)
  .join('\n');

beforeAll(() => {
  surface = new Map([...readSurfaces().values()].flat().map((one) => [one.name, one]));
});

/** `watertight run --quiet`: the command and each of its options are declared by the command line. */
function isCommand(target: string): boolean {
  const [command = '', ...options] = target.split(' ').slice(1);
  const hasOptions = options.filter((word) => word.startsWith('--')).every((word) => commandLine.includes(word));
  return new RegExp(`command\\(\\s*['"\`]${command}\\b`).test(commandLine) && hasOptions;
}

/** `Name`, `Name.member` or `name()`: an export, and a member that stands in its declaration. */
function isExport(target: string): boolean {
  const [name = '', member] = target.replace(/\(.*\)$/, '').split('.');
  const found = surface.get(name);
  return found !== undefined && (member === undefined || new RegExp(`\\b${member}\\b`).test(found.text));
}

function exists(target: string): boolean {
  if (target.startsWith('WT_')) return target in codes;
  return target.startsWith('watertight ') ? isCommand(target) : isExport(target);
}

test('there are rows of all four originals', () => {
  expect(rows.length).toBeGreaterThan(150);
});

test('every row names something, or says planned', () => {
  expect(rows.filter((row) => !row.here.startsWith('planned') && quoted(row.here).length === 0)).toEqual([]);
});

test('every name that is not planned exists', () => {
  const missing = built.flatMap((row) =>
    quoted(row.here)
      .filter((target) => !exists(target))
      .map((target) => `${row.original}: ${target}`),
  );
  expect(missing).toEqual([]);
});

test('every row that is not planned has a guide and a test', () => {
  expect(built.filter((row) => row.guide === '' || quoted(row.tests).length === 0).map((row) => row.original)).toEqual([]);
});

test('every test that is named exists, and holds the words given after the colon', () => {
  const missing = built.flatMap((row) =>
    quoted(row.tests).flatMap((target) => {
      const [path = '', words = ''] = target.split(/: ?(.*)/s);
      const file = join(root, 'test', path);
      const fine = existsSync(file) && readFileSync(file, 'utf8').includes(words);
      return fine ? [] : [`${row.original}: ${target}`];
    }),
  );
  expect(missing).toEqual([]);
});

test('the keys that errors answer with ours stand in a row together', () => {
  const unknown = Object.entries(formerNames).filter(
    ([former, ours]) => !rows.some((row) => row.original.includes(former) && row.here.includes(ours)),
  );
  expect(unknown.map(([former]) => former)).toEqual([]);
});
