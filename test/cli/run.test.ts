import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand, testNode } from '../support/run-program.ts';
import { bin, cli, lastReport, place, reports, runSource } from './watertight.ts';

describe('the status is the program’s own', () => {
  test.each([
    ['ends by itself', '', 0, 'natural'],
    ['sets its exit code', 'process.exitCode = 4', 4, 'natural'],
    ['calls exit', 'process.exit(3)', 3, 'exit'],
    ['throws', 'throw new Error("boo")', 1, 'uncaught'],
    ['rejects', 'Promise.reject(new Error("boo"))', 1, 'uncaught'],
    ['aborts', 'setTimeout(() => process.abort(), 200)', 134, 'abort'],
    ['is killed', 'setTimeout(() => process.kill(process.pid, "SIGKILL"), 200)', 137, 'killed'],
    ['dies of SIGUSR2', 'setTimeout(() => process.kill(process.pid, "SIGUSR2"), 200)', 140, 'signal'],
  ])('%s', async (_what, source, status, kind) => {
    const where = place();
    const end = await runSource(where, source);
    expect(end.code).toBe(status);
    expect(lastReport(where).end.kind).toBe(kind);
    expect(end.stderr).toMatch(/^watertight: watching /m);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('death by %s is death by it', async (signal) => {
    const where = place();
    const end = await runSource(where, `setTimeout(() => process.kill(process.pid, "${signal}"), 200)`);
    expect([end.code, end.signal]).toEqual([null, signal]);
    expect(lastReport(where).end).toMatchObject({ kind: 'signal', signal });
  });
});

test('out of memory is told from abort', async () => {
  const where = place();
  const end = await runSource(where, 'const a = []; for (;;) a.push({ x: a.length });', [], ['--max-old-space-size=32']);
  expect(end.code).toBe(134);
  expect(lastReport(where).end.kind).toBe('out-of-memory');
});

describe('a command that cannot be started', () => {
  test('no such command', async () => {
    const where = place();
    const end = await cli(where, ['run', 'nodee', 'x']);
    expect(end.code).toBe(127);
    expect(end.stderr).toBe('watertight: could not start "nodee": no such command (exit status 127)\n');
    expect(reports(where)).toEqual([]);
  });

  test('not executable', async () => {
    const where = place();
    const file = join(where.cwd, 'script.sh');
    writeFileSync(file, 'exit 0\n');
    chmodSync(file, 0o600);
    const end = await cli(where, ['run', '--', file]);
    expect(end.code).toBe(126);
    expect(end.stderr).toContain('it is not executable');
  });
});

describe('a command that is not Node, or ends before there is anything to see', () => {
  test('another program', async () => {
    const end = await cli(place(), ['run', '--', 'sh', '-c', 'echo out; exit 7']);
    expect([end.code, end.stdout]).toEqual([7, 'out\n']);
    expect(end.stderr).toContain(
      '"sh -c echo out; exit 7" started no Node process; there was nothing to watch (its exit status 7 is passed on)',
    );
  });

  test('node that dies at once', async () => {
    const end = await cli(place(), ['run', '--', testNode, '--no-such-flag']);
    expect(end.code).toBe(9);
    expect(end.stderr).toMatch(/ended at once with status 9, before the agent could connect; its own output is above/);
    expect(end.stderr).toContain('bad option: --no-such-flag');
  });

  test('with WATERTIGHT_OFF=1 it only runs', async () => {
    const where = place({ WATERTIGHT_OFF: '1' });
    const end = await runSource(where, 'console.log(1); process.exit(3)');
    expect([end.code, end.stdout]).toEqual([3, '1\n']);
    expect(end.stderr).toBe('watertight: WATERTIGHT_OFF=1 is set: the program runs unwatched\n');
  });
});

describe('--quiet', () => {
  const source =
    'process.stdout.write("out"); process.stderr.write("err"); process.exitCode = 5; setInterval(() => {}, 9e6).unref()';

  test('both outputs and the status are those of a run without us, and the report is written', async () => {
    const where = place();
    const end = await runSource(where, source, ['--quiet']);
    expect(end).toEqual({ stdout: 'out', stderr: 'err', code: 5, signal: null, timedOut: false });
    expect(lastReport(where).end.code).toBe(5);
  });

  test('--log receives what would have been printed', async () => {
    const where = place();
    const end = await runSource(where, source, ['--log', 'our.log']);
    expect(end).toMatchObject({ stdout: 'out', stderr: 'err', code: 5 });
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(join(where.cwd, 'our.log'), 'utf8')).toMatch(/^watertight: watching .*\n(?:.*\n)*.*report\.html/);
  });
});

describe('--fail-on', () => {
  const holds =
    'const open = () => setInterval(() => {}, 1000); open(); setTimeout(() => process.exit(Number(process.env.END ?? 0)), 300)';

  test('open-handles ends with 92 where the program ended with 0', async () => {
    const where = place();
    const file = join(where.cwd, 'holds.js');
    writeFileSync(file, holds);
    const end = await cli(where, ['run', '--fail-on', 'open-handles', '--', testNode, file]);
    expect(lastReport(where).verdict.failOn).toEqual([{ rule: 'open-handles', hit: true }]);
    expect(end.code).toBe(92);
    const failing = await cli({ ...where, env: { ...where.env, END: '6' } }, [
      'run',
      '--fail-on',
      'open-handles',
      '--',
      testNode,
      file,
    ]);
    expect(failing.code).toBe(6);
  });

  test('a program that closes what it opens passes', async () => {
    const where = place();
    const file = join(where.cwd, 'closes.js');
    writeFileSync(file, 'const timer = setInterval(() => {}, 1000); setTimeout(() => { clearInterval(timer); }, 300)');
    const end = await cli(where, ['run', '--fail-on=open-handles,left-processes', '--', testNode, file]);
    expect(end.code).toBe(0);
    expect(lastReport(where).verdict.failOn.map((rule) => rule.hit)).toEqual([false, false]);
  });
});

test('--fail-on that cannot be checked fails, unless watching was turned off on purpose', async () => {
  const where = place({ WATERTIGHT_AGENT: '/no/such/entry.cjs' });
  const end = await runSource(where, '', ['--fail-on', 'open-handles']);
  expect(end.code).toBe(125);
  expect(end.stderr).toMatch(/the agent is missing from this installation.*\nwatertight: --fail-on could not be checked/);
  expect((await runSource(place({ WATERTIGHT_OFF: '1' }), '', ['--fail-on', 'open-handles'])).code).toBe(0);
});

test('standard input is the program’s', async () => {
  const where = place();
  const args = [bin, 'run', '--quiet', '--', testNode, '-e', 'process.stdin.pipe(process.stdout)'];
  const end = await runCommand(process.execPath, args, { cwd: where.cwd, env: where.env, input: 'hello\n' });
  expect([end.stdout, end.stderr, end.code]).toEqual(['hello\n', '', 0]);
});

describe('what the agent is told', () => {
  const tell = 'console.log(JSON.stringify([process.env.WATERTIGHT_OPTIONS, process.env.NODE_OPTIONS, process.execArgv]))';
  const told = async (flags: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const end = await runSource(place(env), tell, flags);
    const [options, nodeOptions] = JSON.parse(end.stdout) as readonly string[];
    return { options, nodeOptions };
  };

  test('sampling, the pause limit and exact lines are options; what the user set for the agent stays otherwise', async () => {
    const { options, nodeOptions } = await told(['--no-sampling', '--max-pause-ms', '80', '--exact-lines'], {
      WATERTIGHT_OPTIONS: 'maxPauseMs=1,maxFileBytes=5000,gc=0',
    });
    expect(options).toBe('maxFileBytes=5000,mode=hunt,gc=1,sampling=0,maxPauseMs=80');
    expect(nodeOptions).toMatch(/^--require "[^"]*exact-lines\.cjs" --require "[^"]*entry\.cjs"$/);
  });

  test('by default none of them is set', async () => {
    const { options, nodeOptions } = await told([]);
    expect(options).toBe('mode=hunt,gc=1');
    expect(nodeOptions).toMatch(/^--require "[^"]*entry\.cjs"$/);
  });

  test.each(['0', '-5', 'soon'])('--max-pause-ms %s is refused', async (value) => {
    const end = await cli(place(), ['run', '--max-pause-ms', value, '--', 'true']);
    expect(end.code).toBe(125);
    expect(end.stderr).toContain(`--max-pause-ms takes a number of milliseconds above 0, not "${value}" (WT_INVALID_OPTION)`);
  });
});
