import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Report } from '../../src/wire/index.ts';
import { testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { cli, eventually, isAlive, killAfterwards, lastReport, place, reports, runSource, start } from './watertight.ts';
import type { Place, Started } from './watertight.ts';

/** The one run that goes on in this place. */
function liveDirectory(where: Place): string {
  const [name] = readdirSync(where.live);
  return name === undefined ? '' : join(where.live, name);
}

function samples(where: Place): number {
  const folder = liveDirectory(where);
  const file = folder === '' ? undefined : readdirSync(folder).find((name) => name.endsWith('.wt'));
  return file === undefined
    ? 0
    : readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('["s"')).length;
}

/** Starts a program that says its pid and stays, and waits until its data have begun. */
async function startStaying(where: Place, source = '', detached = false): Promise<Started & { readonly program: number }> {
  const started = start(
    where,
    ['run', '--', testNode, '-e', `console.log(process.pid); setInterval(() => {}, 1000); ${source}`],
    detached,
  );
  await eventually('the program is watched', () => /^\d+\n/.test(started.stdout()) && samples(where) > 0);
  const program = Number.parseInt(started.stdout(), 10);
  killAfterwards(program);
  return { ...started, program };
}

test('the supervisor is killed: the program goes on, and its run can be reported', async () => {
  const where = place();
  const { pid, program, ended } = await startStaying(where);
  const before = samples(where);
  process.kill(pid, 'SIGKILL');
  await ended;
  await eventually('the program still records', () => samples(where) > before);
  expect(isAlive(program)).toBe(true);
  const report = JSON.parse((await cli(where, ['report', String(program), '--json'])).stdout) as Report;
  expect(report.end.kind).toBe('still-running');
  expect(report.open[0]).toMatchObject({ type: 'interval', count: 1 });
  const next = await runSource(where, '');
  expect(next.stderr).not.toMatch(/previous run/);
});

test('a process id that was given out again is that of the run that goes on', async () => {
  const earlier = tempFolder();
  const where = place({ XDG_RUNTIME_DIR: earlier });
  const { program } = await startStaying(where);
  const copy = join(earlier, 'watertight', basename(liveDirectory(where)));
  cpSync(liveDirectory(where), copy, { recursive: true });
  for (const name of readdirSync(copy).filter((file) => file.endsWith('.wt'))) {
    const file = join(copy, name);
    const text = readFileSync(file, 'utf8').replace(/"start":\d+/, '"start":1');
    writeFileSync(file, `${text}["x",9000,"natural",0,null]\n`);
  }
  const report = JSON.parse((await cli(where, ['report', String(program), '--json'])).stdout) as Report;
  expect(report.end.kind).toBe('still-running');
});

test('the program is killed: the report says so', async () => {
  const where = place();
  const { program, ended } = await startStaying(where);
  process.kill(program, 'SIGKILL');
  expect(await ended).toEqual({ code: 137, signal: null });
  const report = lastReport(where);
  expect(report.end).toMatchObject({ kind: 'killed', signal: 'SIGKILL' });
  expect(report.end.lastRecordAgeMs).not.toBeNull();
  expect(readdirSync(where.live)).toEqual([]);
});

test('both are killed at once: watertight report tells what was known, the next start tells it once', async () => {
  const where = place();
  const { pid, program, ended } = await startStaying(where);
  // Stopped, or it may be quick enough to see the end.
  process.kill(pid, 'SIGSTOP');
  process.kill(program, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  await ended;
  await eventually('both have gone', () => !isAlive(program));
  const live = liveDirectory(where);
  const shown = await cli(where, ['report', live, '--json']);
  const report = JSON.parse(shown.stdout) as Report;
  expect(report.end).toMatchObject({ kind: 'killed', signal: null, lastRecordAgeMs: null });
  expect(report.open[0]).toMatchObject({ type: 'interval', count: 1 });
  expect((await cli(where, ['report', live])).stdout).toMatch(/was killed/);

  const next = await runSource(where, '');
  expect(next.stderr).toMatch(/^watertight: previous run \(.*\) died at \d+ MB of memory; it was killed; nobody saw by what\n/m);
  expect(reports(where)).toHaveLength(2);
  expect(existsSync(live)).toBe(false);
  const after = await runSource(where, '');
  expect(after.stderr).not.toMatch(/previous run/);
});

test('a dead run of another directory is none of this one', async () => {
  const where = place();
  const { pid, program, ended } = await startStaying(where);
  process.kill(program, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  await ended;
  const elsewhere = { ...place(), live: where.live };
  const next = await runSource({ ...elsewhere, env: { ...elsewhere.env, WATERTIGHT_DIR: where.live } }, '');
  expect(next.stderr).not.toMatch(/previous run/);
});

test('a run without a run file is told from its data alone', async () => {
  const where = place();
  const { pid, program, ended } = await startStaying(where);
  process.kill(program, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  await ended;
  const live = liveDirectory(where);
  writeFileSync(join(live, 'run.json'), '{"version":1');
  const report = JSON.parse((await cli(where, ['report', live, '--json'])).stdout) as Report;
  expect(report.processes).toHaveLength(1);
  expect(report.end.kind).toBe('killed');
});

test('while it runs, watertight report without arguments shows it', async () => {
  const where = place();
  await startStaying(where);
  const shown = await cli(where, ['report']);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(/interval/);
});

test('a program that hangs is told of while it hangs', async () => {
  const where = place();
  writeFileSync(join(where.cwd, 'poll.js'), 'function poll() {\n  setInterval(() => {}, 60_000);\n}\npoll();\n');
  const { stderr, ended, pid } = start(where, ['run', '--', testNode, 'poll.js']);
  await eventually('the line is there', () => stderr().includes('idle for 10 s'), 45_000);
  expect(stderr()).toMatch(/^watertight: idle for 10 s: only 1 interval keeps it alive, poll\.js:2:3$/m);
  process.kill(pid, 'SIGTERM');
  expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
});

describe('signals', () => {
  const counts =
    'let seen = 0; for (const name of ["SIGTERM", "SIGHUP", "SIGINT"]) process.on(name, () => { console.log(name, ++seen); setTimeout(() => process.exit(20 + seen), 400); });';

  test.each(['SIGTERM', 'SIGHUP'] as const)('%s sent to the supervisor alone is forwarded once', async (signal) => {
    const where = place();
    const { pid, ended, stdout } = await startStaying(where, counts);
    process.kill(pid, signal);
    expect(await ended).toEqual({ code: 21, signal: null });
    expect(stdout()).toMatch(new RegExp(`^\\d+\\n${signal} 1\\n$`));
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s sent to the whole group reaches the program once', async (signal) => {
    const where = place();
    const { pid, ended, stdout } = await startStaying(where, counts, true);
    process.kill(-pid, signal);
    expect(await ended).toEqual({ code: 21, signal: null });
    expect(stdout()).toMatch(new RegExp(`^\\d+\\n${signal} 1\\n$`));
  });

  test('SIGINT sent to the supervisor alone is ignored, as a terminal sends it to the program as well', async () => {
    const where = place();
    const { pid, program, ended } = await startStaying(where);
    process.kill(pid, 'SIGINT');
    process.kill(program, 'SIGTERM');
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
  });
});

/** A memory control group of 256 MB; undefined where this machine does not let us make one. */
function smallGroup(): { readonly join: string } | undefined {
  const name = `watertight-test-${process.pid}`;
  for (const [base, limit] of [
    ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
    ['/sys/fs/cgroup', 'memory.max'],
  ] as const) {
    const folder = join(base, name);
    try {
      mkdirSync(folder);
      onTestFinished(() =>
        eventually('the group is empty', () => {
          try {
            rmdirSync(folder);
            return true;
          } catch {
            return !existsSync(folder);
          }
        }),
      );
      writeFileSync(join(folder, limit), String(256 * 1024 * 1024));
      return { join: `echo $$ > ${join(folder, 'cgroup.procs')}` };
    } catch {
      // Not this version of control groups, or not allowed.
    }
  }
  return undefined;
}

test('out of memory in a group of 256 MB', async () => {
  const where = place();
  const fill =
    'const kept = []; setInterval(() => { for (let i = 0; i < 12; i += 1) kept.push(Buffer.alloc(1 << 20, 1)); }, 50);';
  const group = smallGroup();
  // Where no group can be made, the heap's own limit stands in for the container's.
  const heap = [
    '--max-old-space-size=64',
    '-e',
    'const kept = []; setInterval(() => { for (let i = 0; i < 50000; i += 1) kept.push({ i }); }, 20);',
  ];
  const args =
    group === undefined
      ? ['run', '--', testNode, ...heap]
      : ['run', '--', 'sh', '-c', `${group.join}; exec "$0" -e "$1"`, testNode, fill];
  const end = await cli(where, args);
  expect(end.code).toBe(group === undefined ? 134 : 137);
  const report = lastReport(where);
  expect(report.memory.peak.rssBytes ?? 0).toBeGreaterThan(64 * 1024 * 1024);
  expect(['out-of-memory', 'killed']).toContain(report.end.kind);
});
