import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand, testNode } from '../support/run-program.ts';
import { bin, cli, lastReport, place, runSource } from './watertight.ts';
import type { Place } from './watertight.ts';

describe('a command line that is wrong', () => {
  test.each([
    [['run'], 'watertight: nothing to run. Try: watertight run -- node app.js\n'],
    [['run', '--'], 'watertight: nothing to run. Try: watertight run -- node app.js\n'],
    [['run', '--fail-one', 'x'], 'watertight: unknown option --fail-one. Did you mean --fail-on?\n'],
    [['run', '--report-dir'], /^watertight: option --report-dir <dir> argument missing.*\n$/],
    [['run', '--mode', 'loud', '--', 'node'], /^watertight: .*loud.*light, hunt.*\n$/],
    [['rnu'], 'watertight: unknown command rnu. Did you mean run?\n'],
    [['report', 'no-such-run'], /^watertight: there is no run at .*no-such-run.*\n$/],
    [['report', '999999999'], /^watertight: no watched program has the process id 999999999.*\n$/],
    [['report'], /^watertight: nothing was watched in this directory yet\. Try: watertight run -- node app\.js.*\n$/],
    [['run', '--log', 'no/such/folder/log', '--', 'node'], /^watertight: --log .* cannot be written to: ENOENT.*\n$/],
    [['run', '--fail-on', 'leak:severe', '--', 'node'], /--fail-on takes leak, .*not "leak:severe" \(WT_INVALID_OPTION\)\n$/],
    [
      ['run', '--fail-on', 'open-handle', '--', 'node'],
      /--fail-on takes leak, .*open-handles or left-processes, not "open-handle" \(WT_INVALID_OPTION\)\n$/,
    ],
    [
      ['attach', '4711', '--fail-on', 'leak,left-processes'],
      /attach cannot judge left-processes: the program goes on.*\(WT_INVALID_OPTION\)\n$/,
    ],
  ] as const)('%j', async (args, message) => {
    const end = await cli(place(), args);
    expect(end.code).toBe(125);
    expect(end.stdout).toBe('');
    if (typeof message === 'string') expect(end.stderr).toBe(message);
    else expect(end.stderr).toMatch(message);
  });

  test('nothing at all shows the help', async () => {
    const end = await cli(place(), []);
    expect(end.code).toBe(125);
    expect(end.stderr).toContain('Usage: watertight <command> [options]');
  });

  test('--help and --version are asked for', async () => {
    const help = await cli(place(), ['run', '--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    for (const option of ['--report-dir', '--json', '--quiet', '--log', '--reap', '--no-gc', '--light', '--fail-on'])
      expect(help.stdout).toContain(option);
    const version = await cli(place(), ['--version']);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('options behind the command are the program’s, with and without --', async () => {
    const where = place();
    writeFileSync(join(where.cwd, 'args.js'), 'console.log(process.argv.slice(2).join())');
    expect((await cli(where, ['run', testNode, 'args.js', '--quiet', '--fail-one'])).stdout).toBe('--quiet,--fail-one\n');
    expect((await cli(where, ['run', '--', testNode, 'args.js', '--', '-h'])).stdout).toBe('--,-h\n');
  });
});

/** Runs the command line in a mount namespace of its own, after `prepare` (a line of shell). */
function cliAfter(where: Place, prepare: string, args: readonly string[]) {
  const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
  const words = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(' ');
  return runCommand('unshare', [...namespace, 'sh', '-c', `${prepare} && cd '${where.cwd}' && ${words}`], {
    cwd: where.cwd,
    env: where.env,
  });
}

/** Whether this machine lets us mount; where it does not, a file in the way and /proc stand in for what cannot be written to. */
const canMount =
  spawnSync('unshare', [
    ...(process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount']),
    'mount',
    '-t',
    'tmpfs',
    'tmpfs',
    '/mnt',
  ]).status === 0;
const program = ['--', testNode, '-e', 'console.log("ran"); process.exit(3)'];

describe('places that cannot be written to', () => {
  test('a report directory with a file in the way: the report goes to the temporary directory, the status stays', async () => {
    const where = place();
    writeFileSync(join(where.cwd, 'taken'), '');
    const end = await runSource(where, 'process.exit(3)', ['--report-dir', 'taken']);
    expect(end.code).toBe(3);
    expect(end.stderr).toMatch(/the report cannot be written to .*taken/);
    const written = /the report is in (.*)/.exec(end.stderr)?.[1] ?? '';
    expect(existsSync(join(written, 'report.json'))).toBe(true);
  });

  test('a read-only file system', async () => {
    const where = place();
    const readOnly = join(where.cwd, 'ro');
    mkdirSync(readOnly);
    const target = canMount ? readOnly : '/proc/sys/no';
    const prepare = canMount ? `mount -t tmpfs -o ro tmpfs '${readOnly}'` : 'true';
    const args = ['run', '--report-dir', join(target, 'reports'), ...program];
    const end = canMount ? await cliAfter(where, prepare, args) : await cli(where, args);
    expect([end.code, end.stdout]).toEqual([3, 'ran\n']);
    expect(end.stderr).toMatch(canMount ? /cannot be written to .*ro.reports: EROFS/ : /cannot be written to/);
    expect(end.stderr).toMatch(/the report is in /);
  });

  test('no place at all for live data: the program runs unwatched', async () => {
    const where = place({ WATERTIGHT_DIR: '/proc/no', TMPDIR: '/proc/no' });
    writeFileSync(join(where.cwd, '.watertight'), 'in the way');
    const end = await cli(where, ['run', ...program]);
    expect([end.code, end.stdout]).toEqual([3, 'ran\n']);
    expect(end.stderr).toMatch(/^watertight: nothing can be recorded, the program runs unwatched: /);
  });

  test('a live directory that cannot be used is replaced by another, and that is said', async () => {
    const where = place({ WATERTIGHT_DIR: '/proc/no' });
    const end = await cli(where, ['run', ...program]);
    expect(end.code).toBe(3);
    expect(end.stderr).toMatch(/WATERTIGHT_DIR cannot be used/);
    expect(lastReport(where).end.code).toBe(3);
  });

  test('a full disk for live data and for reports', async () => {
    const where = place();
    const full = join(where.cwd, 'full');
    mkdirSync(full);
    const small = { ...where, env: { ...where.env, WATERTIGHT_DIR: full } };
    const args = ['run', '--report-dir', join(full, 'reports'), ...program];
    const prepare = `mount -t tmpfs -o size=16k tmpfs '${full}' && head -c 100000 /dev/zero > '${full}/fill' 2>/dev/null; true`;
    const end = canMount
      ? await cliAfter(small, prepare, args)
      : await cli({ ...small, env: { ...small.env, WATERTIGHT_DIR: '/dev/full' } }, args);
    expect([end.code, end.stdout]).toEqual([3, 'ran\n']);
    if (canMount) expect(end.stderr).toMatch(/WATERTIGHT_DIR cannot be used \(ENOSPC/);
    if (canMount) expect(end.stderr).toMatch(/the report cannot be written to .*ENOSPC/);
  });

  test('a --json file that cannot be written is said, the status stays', async () => {
    const where = place();
    const end = await runSource(where, 'process.exit(3)', ['--json', 'no/such/folder.json']);
    expect(end.code).toBe(3);
    expect(end.stderr).toMatch(/the JSON report cannot be written to .*ENOENT/);
  });
});

describe('data that cannot be read', () => {
  test('a corrupt and a newer data file beside a good one are named in the report', async () => {
    const where = place();
    const end = await runSource(
      where,
      `const fs = require('fs'); const dir = process.env.WATERTIGHT_RUN;
       fs.writeFileSync(dir + '/1-1-0.wt', '{"wt":9}\\n'); fs.writeFileSync(dir + '/2-2-0.wt', Buffer.from([0, 255, 10, 7, 10]));`,
    );
    expect(end.code).toBe(0);
    const report = lastReport(where);
    expect(report.cost.skipped.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['data file 1-1-0.wt', 'data file 2-2-0.wt']),
    );
    expect(report.run.truncated).toBe(true);
  });

  test('watertight report on damaged reports and folders', async () => {
    const where = place();
    writeFileSync(join(where.cwd, 'report.json'), '{"schema":"watertight-report/1"}');
    expect((await cli(where, ['report', 'report.json'])).stderr).toMatch(/WT_REPORT_INVALID/);
    writeFileSync(join(where.cwd, 'newer.json'), '{"schema":"watertight-report/9"}');
    expect((await cli(where, ['report', 'newer.json'])).stderr).toMatch(/WT_REPORT_NEWER/);
    mkdirSync(join(where.cwd, 'run'));
    writeFileSync(join(where.cwd, 'run', '1-1-0.wt'), '{"wt":9}\n');
    const newer = await cli(where, ['report', 'run']);
    expect([newer.code, newer.stdout]).toEqual([125, '']);
    expect(newer.stderr).toMatch(/holds no data that can be read: 1-1-0\.wt was written by a newer version of watertight/);
    mkdirSync(join(where.cwd, 'empty'));
    expect((await cli(where, ['report', 'empty'])).stderr).toMatch(/neither a run's directory nor a report/);
  });
});

test('watertight report shows the last run as text, JSON and HTML', async () => {
  const where = place();
  await runSource(where, 'process.exit(3)');
  expect((await cli(where, ['report'])).stdout).toMatch(/^watertight: /);
  const json = await cli(where, ['report', '--json']);
  expect(JSON.parse(json.stdout)).toEqual(lastReport(where));
  await cli(where, ['report', '--html', 'page.html']);
  expect(readFileSync(join(where.cwd, 'page.html'), 'utf8')).toMatch(/^<!doctype html>/i);
});

test('--json, --no-html and --report-dir say where what goes', async () => {
  const where = place();
  await runSource(where, '', ['--json', 'out.json', '--no-html', '--report-dir', 'artifacts']);
  const [run = ''] = readdirSync(join(where.cwd, 'artifacts')).filter((name) => !name.startsWith('.'));
  expect(readdirSync(join(where.cwd, 'artifacts', run))).toEqual(['report.json']);
  expect(readFileSync(join(where.cwd, 'out.json'), 'utf8')).toBe(
    readFileSync(join(where.cwd, 'artifacts', run, 'report.json'), 'utf8'),
  );
});

test('watertight doctor tells what works', async () => {
  const where = place();
  const good = await cli(where, ['doctor', '--json']);
  expect(good.code).toBe(0);
  const findings = JSON.parse(good.stdout) as { feature: string; state: string }[];
  expect(findings.find(({ feature }) => feature === 'agent')?.state).toBe('works');
  const bad = await cli({ ...where, env: { ...where.env, WATERTIGHT_AGENT: '/no/such/entry.cjs', NODE_OPTIONS: undefined } }, [
    'doctor',
  ]);
  expect(bad.code).toBe(125);
  expect(bad.stdout).toMatch(/^off +agent +its files are missing/m);
});
