import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { cli, lastReport, place } from './watertight.ts';

const source = `// a line that the bundler drops
import { openSync } from 'node:fs';

export function openLog(): number {
  const path: string = process.execPath;
  return openSync(path, 'r');
}

openLog();
setTimeout(() => {}, 1500);
`;

test('report --maps finds the source of a run whose maps were elsewhere', async () => {
  const where = place();
  mkdirSync(join(where.cwd, 'src'));
  writeFileSync(join(where.cwd, 'src/main.ts'), source);
  const build = await rolldown({ input: join(where.cwd, 'src/main.ts'), platform: 'node', logLevel: 'silent' });
  await build.write({ file: join(where.cwd, 'out/main.mjs'), format: 'esm', sourcemap: true, minify: true });
  await build.close();
  const maps = tempFolder();
  mkdirSync(join(maps, 'other'));
  mkdirSync(join(maps, 'out'));
  writeFileSync(join(maps, 'other/main.mjs.map'), '{"version":3,"sources":["wrong.ts"],"names":[],"mappings":"AAAA"}');
  renameSync(join(where.cwd, 'out/main.mjs.map'), join(maps, 'out/main.mjs.map'));
  expect((await cli(where, ['run', '--', testNode, 'out/main.mjs'])).code).toBe(0);
  const before = lastReport(where);
  expect(before.sites.every(({ mapped }) => mapped === 'none')).toBe(true);

  const plain = await cli(where, ['report']);
  expect(plain.stdout).toContain('out/main.mjs:1:');
  const mapped = await cli(where, ['report', '--maps', maps]);
  expect(mapped.stdout).toMatch(/src\/main\.ts:6:\d+/);
  expect(mapped.stderr).toMatch(/^watertight: (\d+) of \1 places found in the maps of /);
  const json = await cli(where, ['report', '--maps', maps, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    sites: expect.arrayContaining([expect.objectContaining({ file: 'src/main.ts', mapped: 'disk' })]) as unknown,
  });

  const none = await cli(where, ['report', '--maps', tempFolder()]);
  expect(none.stderr).toMatch(/0 of \d+ places found/);
  expect(none.stdout).toContain('out/main.mjs:1:');
  const missing = await cli(where, ['report', '--maps', join(maps, 'nowhere')]);
  expect([missing.code, missing.stderr]).toEqual([125, expect.stringContaining('nowhere cannot be read')]);
}, 60_000);
