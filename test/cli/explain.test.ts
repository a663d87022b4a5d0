import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testNode } from '../support/run-program.ts';
import { cli, lastReport, place } from './watertight.ts';

const program = `const fs = require('fs');
const kept = [];
function openLog() {
  kept.push(fs.openSync(process.execPath));
}
setInterval(openLog, 20);
`;

test('explain prints the evidence, lines of the source and what to answer, on stdout alone', async () => {
  const where = place();
  writeFileSync(join(where.cwd, 'leaky.cjs'), program);
  await cli(where, ['run', '--duration', '16s', '--', testNode, 'leaky.cjs', '--password=hunter2']);
  const found = lastReport(where).findings.filter(({ closed }) => closed === null);
  expect(found.length).toBeGreaterThanOrEqual(1);

  const end = await cli(where, ['explain']);
  expect([end.code, end.stderr]).toEqual([0, '']);
  expect(end.stdout).toContain('You are asked to find and fix a resource leak');
  expect(end.stdout).toContain('## Finding 1:');
  expect(end.stdout).toMatch(/- \d+ × file .*made at leaky\.cjs:4:\d+ openLog\(\)/);
  expect(end.stdout).toMatch(/> +4 \| {3}kept\.push\(fs\.openSync\(process\.execPath\)\);/);
  expect(end.stdout).toContain('## What to answer');
  expect(end.stdout).not.toContain('hunter2');

  const bare = await cli(where, ['explain', '--no-source', '--finding', '1']);
  expect(bare.stdout).toContain('## Finding 1:');
  expect(bare.stdout).not.toContain('kept.push');
  const none = await cli(where, ['explain', '--finding', '9']);
  expect([none.code, none.stderr]).toEqual([125, 'watertight: the report has no finding 9 that stands (WT_NOT_FOUND)\n']);
}, 60_000);

test('explain says so where there is no report', async () => {
  const end = await cli(place(), ['explain']);
  expect([end.code, end.stdout]).toEqual([125, '']);
  expect(end.stderr).toContain('WT_NOT_FOUND');
});
