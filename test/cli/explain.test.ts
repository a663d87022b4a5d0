import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testNode } from '../support/run-program.ts';
import { findingOf, sample, siteOf } from '../report/samples.ts';
import { cli, place } from './watertight.ts';

const program = `const fs = require('fs');
const kept = [];
function openLog() {
  kept.push(fs.openSync(process.execPath));
}
for (let left = 3; left > 0; left -= 1) openLog();
setTimeout(() => {}, 1500);
`;

test('explain prints what is open with its lines, on stdout alone', async () => {
  const where = place();
  writeFileSync(join(where.cwd, 'leaky.cjs'), program);
  await cli(where, ['run', '--', testNode, 'leaky.cjs', '--password=hunter2']);
  const end = await cli(where, ['explain']);
  expect([end.code, end.stderr]).toEqual([0, '']);
  expect(end.stdout).toContain('You are asked to find and fix a resource leak');
  expect(end.stdout).toMatch(/- 3 × file .*made at leaky\.cjs:4:\d+ openLog\(\)/);
  expect(end.stdout).toContain('## What to answer');
  expect(end.stdout).not.toContain('hunter2');
}, 60_000);

test('explain prints the evidence of findings, and the source around them', async () => {
  const where = place();
  writeFileSync(join(where.cwd, 'leaky.cjs'), program);
  const finding = findingOf('leak', 'objects made in this function survive, steadily and still', { site: 1 });
  const report = sample({ findings: [finding], sites: [siteOf(1, 'leaky.cjs:4:8', 'openLog')] });
  writeFileSync(join(where.cwd, 'report.json'), JSON.stringify({ ...report, run: { ...report.run, cwd: where.cwd } }));

  const end = await cli(where, ['explain', 'report.json']);
  expect(end.stdout).toContain('## Finding 1: LEAK');
  expect(end.stdout).toContain('- where it is allocated or opened: leaky.cjs:4:8 openLog()');
  expect(end.stdout).toMatch(/> +4 \| {3}kept\.push\(fs\.openSync\(process\.execPath\)\);/);
  const bare = await cli(where, ['explain', 'report.json', '--no-source', '--finding', finding.id]);
  expect(bare.stdout).toContain('## Finding 1: LEAK');
  expect(bare.stdout).not.toContain('kept.push');
  const none = await cli(where, ['explain', 'report.json', '--finding', '9']);
  expect([none.code, none.stderr]).toEqual([125, 'watertight: the report has no finding 9 that stands (WT_NOT_FOUND)\n']);
}, 60_000);

test('explain says so where there is no report', async () => {
  const end = await cli(place(), ['explain']);
  expect([end.code, end.stdout]).toEqual([125, '']);
  expect(end.stderr).toContain('WT_NOT_FOUND');
});
