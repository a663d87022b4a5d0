import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { relativeLinks } from '../support/markdown.ts';
import { root } from '../support/run-program.ts';
import { allPages } from './pages.ts';

const pages = allPages();

test('every relative link of every page leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    relativeLinks(page.text)
      .filter((target) => !existsSync(join(root, dirname(page.path), decodeURI(target))))
      .map((target) => `${page.path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('every page of docs is listed in its index', () => {
  const index = pages.find((page) => page.path === 'docs/README.md');
  const listed = relativeLinks(index?.text ?? '').map((target) => `docs/${target}`);
  const decisions = relativeLinks(pages.find((page) => page.path === 'docs/decisions/README.md')?.text ?? '').map(
    (target) => `docs/decisions/${target}`,
  );
  const all = pages.map((page) => page.path).filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
  expect(all.filter((path) => !listed.includes(path) && !decisions.includes(path))).toEqual([]);
});

test('CONTRIBUTING.md stays short', () => {
  const page = pages.find((one) => one.path === 'CONTRIBUTING.md');
  expect(page?.text.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});
