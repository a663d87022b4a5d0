import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderJson } from '../../src/report/index.ts';
import type { Comparison, Report } from '../../src/report/index.ts';
import { allWell, findingOf, sample, siteOf } from '../report/samples.ts';
import { cli, lastReport, place, reports, runSource } from './watertight.ts';
import type { Place } from './watertight.ts';

const leaking = (): Report =>
  sample({
    sites: [siteOf(1, 'src/session.ts:42:18', 'remember')],
    findings: [findingOf('leak', 'objects stay', { id: 'f00d', site: 1, openedMs: 16_000 })],
  });

function placeWith(files: Readonly<Record<string, Report>>): Place {
  const where = place();
  for (const [name, report] of Object.entries(files)) writeFileSync(join(where.cwd, name), renderJson(report));
  return where;
}

describe('watertight compare', () => {
  test('ends with 94 where something is new, and tells it', async () => {
    const end = await cli(placeWith({ 'a.json': allWell(), 'b.json': leaking() }), ['compare', 'a.json', 'b.json']);
    expect([end.code, end.stderr]).toEqual([94, '']);
    expect(end.stdout).toMatch(
      /^watertight: worse than before: 1 change counts \(1 new, .*\)\nNEW     leak src\/session\.ts:42:18 remember\(\)/,
    );
  });

  test('ends with 0 where something is gone or all is the same', async () => {
    const where = placeWith({ 'a.json': leaking(), 'b.json': allWell() });
    const gone = await cli(where, ['compare', 'a.json', 'b.json', '--json']);
    expect(gone.code).toBe(0);
    const comparison = JSON.parse(gone.stdout) as Comparison;
    expect(comparison).toMatchObject({ schema: 'watertight-comparison/1', ok: true, totals: { gone: 1, new: 0 } });
    const same = await cli(where, ['compare', 'a.json', 'a.json']);
    expect([same.code, same.stdout.split('\n')[0]]).toEqual([0, 'watertight: nothing new, nothing worse (7 the same)']);
  });

  test('what is less sure than --min-confidence does not count', async () => {
    const short = sample({ run: { ...sample().run, durationMs: 20_000 } });
    const where = placeWith({ 'a.json': short, 'b.json': leaking() });
    expect((await cli(where, ['compare', 'a.json', 'b.json'])).code).toBe(94);
    expect((await cli(where, ['compare', 'a.json', 'b.json', '--min-confidence', 'medium'])).code).toBe(0);
  });

  test.each([
    [['compare'], /missing required argument before/],
    [['compare', 'none.json'], /there is no run at .*none\.json/],
    [['compare', 'bad.json', 'a.json'], /WT_REPORT_INVALID|not a report of watertight/],
    [['compare', 'a.json', 'a.json', '--min-confidence', 'sure'], /low, medium, high/],
    [['run', '--baseline', 'none.json', '--', 'node', '-v'], /there is no run at .*none\.json/],
  ])('%j is our failure: 125', async (args, message) => {
    const where = placeWith({ 'a.json': allWell() });
    writeFileSync(join(where.cwd, 'bad.json'), '{');
    const end = await cli(where, args);
    expect([end.code, end.stdout]).toEqual([125, '']);
    expect(end.stderr).toMatch(message);
  });
});

describe('watertight run --baseline', () => {
  const leavesOpen = (port: string): string =>
    `const net = require('net'); const s = net.createServer().listen(0, '127.0.0.1', () => setTimeout(() => process.exit(0), 400)); ${port}`;

  test('counts for --fail-on only what is new or worse', async () => {
    const where = place();
    const open = ['--fail-on', 'open-handles'];
    expect((await runSource(where, leavesOpen(''), open)).code).toBe(92);
    const [first = ''] = reports(where);
    const again = await runSource(where, leavesOpen(''), [...open, '--baseline', join('.watertight', first)]);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/BASE {4}against \.watertight\/.* of .*: 0 new, 0 worse,/);
    expect(lastReport(where)).toMatchObject({
      baseline: { file: join('.watertight', first), new: 0, worse: 0, regressions: [] },
      verdict: { failOn: [{ rule: 'open-handles', hit: false }], exitStatus: 0 },
    });
    const more = await runSource(where, leavesOpen('process.stdin.resume(); setInterval(() => {}, 9000);'), [
      ...open,
      '--baseline',
      join('.watertight', first, 'report.json'),
    ]);
    expect(more.code, more.stderr).toBe(92);
    expect(lastReport(where).baseline?.regressions.join()).toMatch(/new: interval/);
  });

  test('without a rule it changes no status', async () => {
    const where = place();
    mkdirSync(join(where.cwd, 'base'));
    writeFileSync(join(where.cwd, 'base', 'report.json'), renderJson(allWell()));
    const end = await runSource(where, 'setTimeout(() => process.exit(3), 200)', ['--baseline', 'base']);
    expect(end.code).toBe(3);
    expect(lastReport(where).baseline?.file).toBe('base');
  });
});
