import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markdownTable } from '../support/markdown.ts';
import { root } from '../support/run-program.ts';
import { readPage } from './pages.ts';

const rows = markdownTable(readPage('docs/claims.md').text, 'claim').map(([claim = '', , ours = '', shownBy = '']) => ({
  claim,
  ours,
  shownBy,
}));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Readonly<Record<string, string>> };

function exists(command: string): boolean {
  const [tool, verb, ...rest] = command.split(' ');
  if (tool === 'npm') return scripts[verb === 'run' ? (rest[0] ?? '') : (verb ?? '')] !== undefined;
  if (verb === 'vitest') return rest.slice(1).every((path) => existsSync(join(root, path)));
  return existsSync(join(root, 'node_modules/.bin', verb ?? ''));
}

test('every claim says what ours is, and by which command that is shown or that it is not built yet', () => {
  const open = rows.filter((row) => !(row.shownBy === '–' ? row.ours.startsWith('not built yet') : row.shownBy.includes('`')));
  expect(rows.length).toBeGreaterThan(20);
  expect(open.map((row) => row.claim)).toEqual([]);
});

test('every command that shows a claim exists', () => {
  const commands = rows.flatMap((row) => [...row.shownBy.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));
  expect(commands.filter((command) => !exists(command))).toEqual([]);
});
