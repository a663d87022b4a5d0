import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, eventually, killAfterwards, lastReport, place, reports, start } from '../../cli/watertight.ts';
import type { Place } from '../../cli/watertight.ts';
import { runCommand, testNode } from '../../support/run-program.ts';
import { freePort, isListening, node24, startProgram, startService } from './programs.ts';

const nodes: readonly (readonly [name: string, node: string])[] = [
  ['this node', testNode],
  ...(node24 === undefined ? [] : [['Node 24', node24] as const]),
];
/** Rows of this type in the live data that carry a line. */
function rowsWithLine(where: Place, type: string): number {
  const files = readdirSync(where.live, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wt'));
  const text = files.map((name) => readFileSync(join(where.live, name), 'utf8')).join('');
  return text.split('\n').filter((line) => new RegExp(`^\\["\\+",\\d+,\\d+,"${type}",[1-9]`).test(line)).length;
}

describe.each(nodes)('a program that runs already, on %s', (_name, node) => {
  test('is watched, told with its lines, and left as it was', async () => {
    const program = await startService({ node });
    const where = place();
    const attached = start(where, ['attach', `${program.pid}`]);
    await eventually('it is watched', () => attached.stderr().includes('attached); Ctrl-C detaches'));
    expect(await program.ask('leak 5', 'leaked')).toBe('leaked');
    expect(await program.ask('functions', 'changed')).not.toContain('changed 0');
    expect(await program.ask('sampled', 'sampled')).toBe('sampled');
    await eventually('its inspector is closed', () => !isListening(program.port));
    await eventually('the rows are written', () => rowsWithLine(where, 'file') === 5);
    attached.child.kill('SIGINT');
    expect(await attached.ended).toEqual({ code: 0, signal: null });

    expect(await program.ask('functions', 'changed')).toBe('changed 0 listeners 0');
    const report = lastReport(where);
    const files = report.open.filter(({ type }) => type === 'file');
    const made = files.find(({ site }) => site !== null);
    expect(made?.count).toBe(5);
    expect(report.sites.find(({ id }) => id === made?.site)).toMatchObject({ function: 'leak' });
    expect(files.find(({ site }) => site === null)?.count).toBeGreaterThanOrEqual(1);
    expect(report.open.find(({ type }) => type === 'server')?.count).toBe(1);
    expect(report.end.kind).toBe('still-running');
    expect(report.cost.skipped.some(({ why }) => why.includes('what was open by then is counted'))).toBe(true);
    expect(attached.stderr()).toMatch(/opening the inspector of process \d+ with SIGUSR1 \(port \d+\): "Debugger listening"/);

    program.tell('end 7');
    expect(await program.ended).toEqual({ code: 7, signal: null });
    expect(program.stderr().replaceAll(/^(?:Debugger (?:listening|attached|ending).*|For help.*)\n/gm, '')).toBe('');
  }, 60_000);

  test('may end while it is watched: its status is its own, and the report tells it', async () => {
    const program = await startService({ node });
    const where = place();
    const attached = start(where, ['attach', `${program.pid}`]);
    await eventually('it is watched', () => attached.stderr().includes('attached); Ctrl-C detaches'));
    program.tell('end 7');
    expect(await program.ended).toEqual({ code: 7, signal: null });
    expect(await attached.ended).toEqual({ code: 0, signal: null });
    expect(lastReport(where).end).toMatchObject({ kind: 'exit', code: 7 });
  }, 60_000);

  test('that leaks fails the rule it was asked for, attached to and followed by the data of its run', async () => {
    const source = `const held = []; function remember() { for (let n = 0; n < 20; n += 1) held.push({ n, cells: new Array(20).fill(n) }); }
      setInterval(remember, 10); console.log('pid', process.pid)`;
    const program = await startProgram(['-e', source], { node });
    const [first, second] = [place(), place()];
    const rule = ['--fail-on', 'suspect'];
    const attached = start(first, ['attach', `${program.pid}`, ...rule]);
    await eventually('it is watched', () => attached.stderr().includes('attached); Ctrl-C detaches'));
    const joined = start({ ...second, env: first.env }, ['attach', `${program.pid}`, ...rule]);
    await eventually('its data are followed', () => joined.stderr().includes('is watched already'));
    for (const { stderr } of [attached, joined])
      await eventually('it is suspected', () => /(?:suspect|leak) after/.test(stderr()), 60_000);
    joined.child.kill('SIGINT');
    expect(await joined.ended).toEqual({ code: 91, signal: null });
    attached.child.kill('SIGINT');
    expect(await attached.ended).toEqual({ code: 91, signal: null });
    for (const { stderr } of [attached, joined]) expect(stderr()).toMatch(/FAILED +--fail-on suspect: exit status 91/);
    expect(lastReport(first).verdict).toMatchObject({ failOn: [{ rule: 'suspect', hit: true }], exitStatus: 91 });
    expect(program.child.exitCode).toBe(null);
  }, 120_000);

  test('may be killed by a signal while it is watched', async () => {
    const program = await startService({ node });
    const attached = start(place(), ['attach', `${program.pid}`]);
    await eventually('it is watched', () => attached.stderr().includes('attached); Ctrl-C detaches'));
    program.child.kill('SIGTERM');
    expect(await program.ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await attached.ended).toEqual({ code: 0, signal: null });
  }, 60_000);

  test('has its workers watched too; busy ones are told', async () => {
    const program = await startService({ node, env: { WORKERS: '2' } });
    const where = place();
    const end = await cli(where, ['attach', `${program.pid}`, '--duration', '3s']);
    expect(end.code).toBe(0);
    const [watched] = lastReport(where).processes;
    expect(watched?.threads.map(({ kind }) => kind)).toEqual(['main', 'worker', 'worker']);
    const busy = await startService({ node, env: { WORKERS: '2', WORKER_SOURCE: 'for (;;) Math.random()' } });
    const other = await cli(place(), ['attach', `${busy.pid}`, '--duration', '1s']);
    expect(other.stderr).toContain('2 of 2 worker threads are busy and not watched');
    expect(await busy.ask('functions', 'changed')).toBe('changed 0 listeners 0');
  }, 60_000);

  test('that is busy is left alone, and can be attached to when it is free', async () => {
    const program = await startService({ node });
    for (const kind of ['busy', 'blocked']) {
      await program.ask(`${kind} 12000`, kind);
      const where = place();
      const end = await cli(where, ['attach', `${program.pid}`, '--time-limit', '1s', '--duration', '1s']);
      expect(end.code).toBe(125);
      expect(end.stderr).toMatch(/is busy: .* within 1 s/);
      expect(reports(where)).toEqual([]);
      await eventually('it is free again', () => program.stdout().endsWith('free\n'));
      expect(await program.ask('functions', 'changed')).toBe('changed 0 listeners 0');
      // A blocked program opens its inspector when it is free: who attaches then closes it.
      expect((await cli(where, ['attach', `${program.pid}`, '--duration', '1s'])).code).toBe(0);
      await eventually('its inspector is closed', () => !isListening(program.port));
      expect(await program.ask('functions', 'changed')).toBe('changed 0 listeners 0');
    }
  }, 120_000);

  test('that has hardly begun is waited for', async () => {
    const program = await startProgram(['-e', 'setInterval(() => {}, 100)'], { node });
    const end = await cli(place(), ['attach', `${program.pid}`, '--duration', '1s']);
    expect(end.stderr).toContain('the time is over');
    expect(program.child.exitCode).toBe(null);
    expect(program.child.signalCode).toBe(null);
  }, 60_000);

  test('with a handler of its own for SIGUSR1 is not disturbed', async () => {
    const source = "process.on('SIGUSR1', () => console.log('mine')); setInterval(() => {}, 100); console.log('ready')";
    const program = await startProgram(['-e', source], { node });
    await eventually('it is ready', () => program.stdout().includes('ready'));
    const end = await cli(place(), ['attach', `${program.pid}`]);
    expect(end.code).toBe(125);
    expect(end.stderr).toContain('has a handler of its own for SIGUSR1');
    expect(program.stdout()).toBe('ready\n');
    const forced = await cli(place(), ['attach', `${program.pid}`, '--force', '--time-limit', '1s']);
    expect(forced.stderr).toContain('no port was opened within 1 s after SIGUSR1 (with --force: its own handler may have run)');
    expect(program.stdout()).toBe('ready\nmine\n');
  }, 60_000);
});

describe('what cannot be attached to is told, and nothing is sent to it', () => {
  test('no such process, no number, the port taken, another program', async () => {
    const gone = await startProgram(['-e', '0']);
    await gone.ended;
    expect((await cli(place(), ['attach', `${gone.pid}`])).stderr).toBe(
      `watertight: there is no process ${gone.pid} (WT_NOT_FOUND)\n`,
    );
    expect((await cli(place(), ['attach', 'server'])).stderr).toContain(
      'attach takes the process id of a running program, not "server"',
    );
    const sleeper = await startProgram(['1000'], { node: 'sleep', isNode: false });
    const other = await cli(place(), ['attach', `${sleeper.pid}`]);
    expect(other.stderr).toContain("not node: the signal that opens Node's inspector would end it (nothing was sent to it)");
    expect([other.code, sleeper.child.signalCode]).toEqual([125, null]);
  });

  test('a launcher: the program below it is named', async () => {
    const where = place();
    writeFileSync(join(where.cwd, 'package.json'), JSON.stringify({ scripts: { start: 'node main.cjs' } }));
    writeFileSync(join(where.cwd, 'main.cjs'), "console.log('pid', process.pid); setInterval(() => {}, 100)");
    const npm = await startProgram(['start', '--prefix', where.cwd], { node: 'npm', isNode: false });
    await eventually('the program runs', () => /pid \d+\n/.test(npm.stdout()));
    const pid = /pid (\d+)/.exec(npm.stdout())?.[1] ?? '';
    killAfterwards(Number(pid));
    const end = await cli(place(), ['attach', `${npm.pid}`]);
    expect(end.stderr).toMatch(new RegExp(`only starts programs: attach to what it has started, .*${pid} \\(node main.cjs\\)`));
    expect(end.code).toBe(125);
  }, 60_000);

  test('a taken port', async () => {
    const port = await freePort();
    const source = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('ready'))`;
    const holder = await startProgram(['-e', source]);
    await eventually('the port is held', () => holder.stdout().includes('ready'));
    const program = await startService({ nodeArgs: [`--inspect-port=${port}`] });
    const end = await cli(place(), ['attach', `${program.pid}`, '--time-limit', '1s']);
    expect(end.stderr).toContain(`would open port ${port}, which process ${holder.pid} holds`);
    expect([end.code, program.stderr()]).toEqual([125, '']);
  }, 60_000);

  test.skipIf(node24 === undefined)(
    '--disable-sigusr1',
    async () => {
      const program = await startService({ node: node24 ?? '', nodeArgs: ['--disable-sigusr1'] });
      const end = await cli(place(), ['attach', `${program.pid}`]);
      expect(end.stderr).toContain('it was started with --disable-sigusr1');
      expect(await program.ask('functions', 'changed')).toBe('changed 0 listeners 0');
    },
    60_000,
  );

  test.skipIf(process.getuid?.() !== 0)(
    'the program of another user',
    async () => {
      const program = await startService();
      const where = place();
      const end = await runCommand(
        'setpriv',
        ['--reuid=65534', '--clear-groups', testNode, '-e', attachSource, `${program.pid}`],
        {
          cwd: '/',
          env: where.env,
        },
      );
      expect(end.stdout).toContain('WT_ATTACH_NOT_ALLOWED');
      expect(await program.ask('functions', 'changed')).toBe('changed 0 listeners 0');
    },
    60_000,
  );
});

/** The command itself cannot be read by another user where the repository is root's. */
const attachSource = `
import('${new URL('../../../dist/watch/attach/linux/target.js', import.meta.url).href}')
  .then(async ({ findTarget }) => {
    const { systemProcessTable } = await import('${new URL('../../../dist/kernel/processes/index.js', import.meta.url).href}');
    return findTarget(Number(process.argv[1]), systemProcessTable());
  })
  .catch((error) => console.log(error.message));
`;

test('an inspector that was open before stays open', async () => {
  const port = await freePort();
  const program = await startService({ nodeArgs: [`--inspect=127.0.0.1:${port}`] });
  const end = await cli(place(), ['attach', `${program.pid}`, '--duration', '1s']);
  expect(end.code).toBe(0);
  expect(end.stderr).not.toContain('SIGUSR1');
  expect(isListening(port)).toBe(true);
  expect(await program.ask('functions', 'changed')).toBe('changed 0 listeners 0');
}, 60_000);

test('a program that is watched already is followed by the data of its run', async () => {
  const where = place();
  const run = start(where, ['run', '--', testNode, '-e', 'console.log(process.pid); setInterval(function poll() {}, 100)']);
  await eventually('it runs', () => /^\d+\n/.test(run.stdout()));
  const pid = run.stdout().trim();
  await eventually('its data are there', () => run.stderr().includes('watching'));
  await eventually('the report finds it', () => readFileSync(`/proc/${pid}/environ`, 'latin1').includes('WATERTIGHT_RUN='));
  const end = await cli(where, ['attach', pid, '--duration', '2s']);
  expect(end.code).toBe(0);
  expect(end.stderr).toContain(`process ${pid} is watched already`);
  expect(end.stderr).toContain('interval every 100 ms');
  expect(reports(where)).toEqual([]);
  process.kill(Number(pid), 'SIGTERM');
  await run.ended;
  expect(reports(where)).toHaveLength(1);
}, 60_000);

test('an agent whose supervisor was killed stops by itself', async () => {
  const program = await startService();
  const attached = start(place(), ['attach', `${program.pid}`]);
  await eventually('it is watched', () => attached.stderr().includes('attached); Ctrl-C detaches'));
  attached.child.kill('SIGKILL');
  await attached.ended;
  let said = '';
  for (let left = 60; left > 0 && !said.startsWith('changed 0'); left -= 1) {
    await new Promise<void>((resolve) => {
      globalThis.setTimeout(resolve, 500);
    });
    said = await program.ask('functions', 'changed');
  }
  expect(said).toBe('changed 0 listeners 0');
}, 60_000);

test.skipIf(process.getuid?.() !== 0)(
  'a program that does not see our files sends its data through the inspector',
  async () => {
    const program = await startService({ through: ['unshare', '-m', '--propagation', 'private'] });
    const where = place();
    const attached = start(where, ['attach', `${program.pid}`]);
    await eventually('it is watched', () => attached.stderr().includes('attached); Ctrl-C detaches'));
    await program.ask('leak 3', 'leaked');
    await new Promise<void>((resolve) => {
      globalThis.setTimeout(resolve, 1_500);
    });
    attached.child.kill('SIGINT');
    expect(await attached.ended).toEqual({ code: 0, signal: null });
    expect(attached.stderr()).toContain('its files are not ours: the data come through the inspector');
    expect(lastReport(where).open.find(({ type, site }) => type === 'file' && site !== null)?.count).toBe(3);
    expect(await program.ask('functions', 'changed')).toBe('changed 0 listeners 0');
    await eventually('its inspector is closed', () => !isListening(program.port));
    program.tell('end 3');
    expect(await program.ended).toEqual({ code: 3, signal: null });
  },
  60_000,
);

test('several programs can be watched at a time', async () => {
  const nodeArgs = [`--inspect-port=${await freePort()}`];
  const programs = await Promise.all([1, 2, 3].map(() => startService({ nodeArgs })));
  const where = place();
  const ends = await Promise.all(programs.map(({ pid }) => cli(where, ['attach', `${pid}`, '--duration', '3s'])));
  expect(ends.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0]);
  for (const program of programs) expect(await program.ask('functions', 'changed')).toBe('changed 0 listeners 0');
}, 60_000);

test.skipIf(process.getuid?.() !== 0)(
  'root watches the program of another user, whose data come through the inspector',
  async () => {
    const source =
      "const fs = require('fs'); const kept = []; setInterval(function keep() { if (kept.length < 3) kept.push(fs.openSync('/etc/hostname')) }, 1500); console.log('ready')";
    const program = await startProgram(['-e', source], { through: ['setpriv', '--reuid=65534', '--clear-groups'] });
    await eventually('it is ready', () => program.stdout().includes('ready'));
    const where = place();
    const end = await cli(where, ['attach', `${program.pid}`, '--duration', '7s']);
    expect([end.code, program.child.exitCode]).toEqual([0, null]);
    expect(lastReport(where).open.some(({ type, site }) => type === 'file' && site !== null)).toBe(true);
  },
  60_000,
);
