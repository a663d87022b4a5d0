// The code in README.md and docs/ is run: TypeScript is checked and compiled as a user's project would, against the built package.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, runCommand, runProgram, testNode } from '../support/run-program.ts';
import { allPages } from './pages.ts';
import type { Snippet } from './snippets.ts';
import { snippetsOf } from './snippets.ts';

const snippets = allPages()
  .filter((page) => page.path === 'README.md' || page.path.startsWith('docs/'))
  .flatMap(snippetsOf);
const run = snippets.filter((snippet) => snippet.notRun === undefined);
const folder = mkdtempSync(join(tmpdir(), 'watertight-snippets-'));
const fileOf = (snippet: Snippet): string => snippet.where.replaceAll(/[/.:]/g, '-');

const compilerOptions = {
  target: 'es2022',
  lib: ['es2023'],
  types: ['node'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  outDir: 'out',
  rootDir: 'source',
};
let complaints = '';

beforeAll(async () => {
  for (const name of ['source', 'out', 'node_modules/.bin', 'node_modules/@types'])
    mkdirSync(join(folder, name), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/watertight'));
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  symlinkSync(join(root, 'dist/cli/bin.js'), join(folder, 'node_modules/.bin/watertight'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['source'] }));
  for (const snippet of run) {
    if (snippet.language === 'ts')
      writeFileSync(join(folder, 'source', `${fileOf(snippet)}.ts`), `${snippet.code}\nexport {};\n`);
    if (snippet.language === 'js') writeFileSync(join(folder, 'out', `${fileOf(snippet)}.js`), snippet.code);
  }
  if (readdirSync(join(folder, 'source')).length === 0) return;
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  complaints = (await runProgram(tsc, { args: ['-p', '.'], cwd: folder, node: process.execPath })).stdout;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function runSnippet(snippet: Snippet) {
  const env = {
    PATH: [join(folder, 'node_modules/.bin'), dirname(testNode), process.env['PATH']].join(delimiter),
    NO_COLOR: '1',
  };
  if (snippet.language === 'sh') return runCommand('sh', ['-e', '-c', snippet.code], { cwd: folder, env });
  return runProgram(join(folder, 'out', `${fileOf(snippet)}.js`), { cwd: folder, env });
}

test('there are snippets, and those in TypeScript pass its checks', () => {
  expect(run.length).toBeGreaterThan(5);
  expect(complaints).toBe('');
});

test('a snippet that is not run says why', () => {
  expect(snippets.filter((snippet) => snippet.notRun === '').map((snippet) => snippet.where)).toEqual([]);
});

test('the snippets in code that are not run are these', () => {
  const left = snippets.filter((snippet) => snippet.language !== 'sh' && snippet.notRun !== undefined);
  expect(left.map((snippet) => `${snippet.where.split(':')[0]}: ${snippet.notRun}`)).toEqual([]);
});

describe.each(run)('$where', (snippet) => {
  test(snippet.output === undefined ? 'runs' : 'runs and prints what the page says', async () => {
    const end = await runSnippet(snippet);
    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    if (snippet.output !== undefined) expect(end.stdout.trimEnd()).toBe(snippet.output.trimEnd());
  });
});
