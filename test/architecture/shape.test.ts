import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../support/run-program.ts';
import { readSources } from '../support/source.ts';
import { folderTable } from './table.ts';

const files = readSources('src');
const paths = (chosen: readonly { readonly path: string }[]): readonly string[] => chosen.map((file) => file.path);

const timeNames = ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'performance', 'hrtime'];
/** Where time may enter: the clock, the agent (which captures natives before the program runs), and the page in the reader's browser. */
const hasTime = /^src\/(kernel\/clock|agent|report\/page)\//;

/** Words that say a thing is not finished; split, so that this file does not hold them. */
const unfinished = new RegExp(String.raw`(TO-DO|FIX-ME|X-XX|HA-CK)`.replaceAll('-', ''));

describe('the shape of src', () => {
  test('no file is longer than 300 lines', () => {
    expect(paths(files.filter((file) => file.text.trimEnd().split('\n').length > 300))).toEqual([]);
  });

  test('no `export *` and no default exports', () => {
    expect(paths(files.filter((file) => file.exportsAll || file.exportsDefault))).toEqual([]);
  });

  test('time enters through kernel/clock only', () => {
    const users = files
      .filter((file) => !hasTime.test(file.path))
      .filter((file) => timeNames.some((name) => file.names.has(name)));
    expect(paths(users)).toEqual([]);
    const timers = files.filter((file) => file.imports.some((specifier) => /^(node:)?(timers|perf_hooks)/.test(specifier)));
    expect(paths(timers).filter((path) => !hasTime.test(path) && !path.startsWith('src/memory/'))).toEqual([]);
  });

  test('nothing is left for later without a name', () => {
    const all = [...files, ...readSources('test'), ...readSources('examples')];
    expect(paths(all.filter((file) => unfinished.test(file.text)))).toEqual([]);
  });

  test('platform code stands in pairs: linux.ts beside portable.ts', () => {
    const alone = files.filter((file) => file.path.endsWith('linux.ts'));
    expect(paths(alone).filter((path) => !existsSync(join(root, path.replace(/linux\.ts$/, 'portable.ts'))))).toEqual([]);
  });

  test('/proc and /sys are read by platform code only', () => {
    const readers = files.filter((file) => /['"`]\/(proc|sys)\//.test(file.text));
    expect(paths(readers).filter((path) => !/linux|cgroup|\/platform\/|\/agent\//.test(path))).toEqual([]);
  });
});

describe('each folder', () => {
  const rows = [...folderTable().values()];

  test.each(rows.filter((row) => !row.isPrivate).map((row) => row.folder))(
    '%s (public) has a guide page and an index',
    (folder) => {
      expect(existsSync(join(root, `docs/guide/${folder}.md`))).toBe(true);
      const entry = folder === 'agent' ? 'entry.ts' : 'index.ts';
      expect(existsSync(join(root, 'src', folder, entry))).toBe(true);
    },
  );

  test.each(rows.map((row) => row.folder))('%s has a test folder with tests', (folder) => {
    const tests = join(root, 'test', folder);
    expect(existsSync(tests) && readdirSync(tests, { recursive: true }).some((name) => String(name).endsWith('.test.ts'))).toBe(
      true,
    );
  });
});
