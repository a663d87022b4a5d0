import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bin, cli, eventually, place as anyPlace, start } from '../../cli/watertight.ts';
import type { Place } from '../../cli/watertight.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { testNode } from '../../support/run-program.ts';

/** Where nobody else's runs are found. */
function place(env: Place['env'] = {}): Place {
  return anyPlace({ TMPDIR: tempFolder(), ...env });
}

/** A terminal in which a command runs; it is taken away when the test has finished. */
class Terminal {
  readonly #socket: string;

  constructor(where: Place, columns: number, lines: number, command: string) {
    this.#socket = join(where.live, 'tmux');
    const pairs = Object.entries(where.env);
    const gone = pairs.flatMap(([key, value]) => (value === undefined ? [`-u ${key}`] : []));
    const env = [...gone, ...pairs.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', `${columns}`, '-y', `${lines}`, '-c', where.cwd, 'sh');
    this.#tmux('set', '-g', 'status', 'off');
    this.type(`exec env ${env.join(' ')} PS1='prompt> ' sh`, 'Enter');
    this.type(command, 'Enter');
    onTestFinished(() => {
      this.#tmux('kill-server');
    });
  }

  type(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  resize(columns: number, lines: number): void {
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${lines}`);
  }

  get screen(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** With its colours. */
  get painted(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  get flags(): string {
    return this.#tmux('display', '-p', '#{alternate_on} #{cursor_flag}').trim();
  }

  #tmux(...args: readonly string[]): string {
    const env = { ...process.env, TMUX: undefined, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };
    return spawnSync('tmux', ['-u', '-S', this.#socket, ...args], { encoding: 'utf8', env }).stdout;
  }
}

const source = `
const held = [];
function keep() { held.push(require('fs').openSync(process.execPath)); }
for (let left = 3; left > 0; left--) keep();
setInterval(function poll() {}, 100);
console.log('pid', process.pid);
`;

async function watched(where: Place): Promise<number> {
  const run = start(where, ['run', '--', testNode, '-e', source]);
  await eventually('the program runs', () => /pid \d+\n/.test(run.stdout()));
  const pid = Number(/pid (\d+)/.exec(run.stdout())?.[1]);
  onTestFinished(async () => {
    process.kill(pid, 'SIGTERM');
    await run.ended;
  });
  await eventually('its data are there', () =>
    readdirSync(where.live).some((name) => dataOf(join(where.live, name)).includes('"s"')),
  );
  return pid;
}

function dataOf(folder: string): string {
  if (!existsSync(join(folder, 'run.json'))) return '';
  return readdirSync(folder)
    .filter((name) => name.endsWith('.wt'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}

describe('without a terminal', () => {
  test('it prints once', async () => {
    const where = place();
    const pid = await watched(where);
    const end = await cli(where, ['top']);
    expect(end.code).toBe(0);
    expect(end.stdout).toContain(`(pid ${pid})`);
    expect(end.stdout).toMatch(/3 +\S+ +file .*\[eval\]:3:\d+ keep\(\)/);
    expect(end.stdout).not.toContain('\u001B');
    expect((await cli(where, ['top', `${pid}`])).stdout).toContain(`(pid ${pid})`);
    expect((await cli(where, ['top', '1'])).stdout).toContain('no program is watched now');
  }, 60_000);

  test('nothing is watched', async () => {
    const end = await cli(place(), ['top']);
    expect(end).toMatchObject({ code: 0, stdout: 'watertight: no program is watched now. Try: watertight run -- node app.js\n' });
    expect((await cli(place(), ['top', 'server'])).stderr).toContain(
      'top takes the process id of a watched program, not "server"',
    );
  });
});

describe('in a terminal', () => {
  beforeAll(() => {
    if (spawnSync('tmux', ['-V']).status !== 0)
      throw new Error('no tmux found; on Debian: apt-get update && apt-get install -y tmux');
  });

  const command = `${process.execPath} ${bin} top`;

  test('shows processes, memory, and what is open by line; answers keys; leaves the terminal as it was', async () => {
    const where = place({ NO_COLOR: undefined, CI: undefined });
    const pid = await watched(where);
    const terminal = new Terminal(where, 80, 24, command);
    await eventually('the process is shown', () => terminal.screen.includes(`(pid ${pid})`));
    await eventually('the line is shown', () => terminal.screen.includes('keep()'));
    expect(terminal.flags).toBe('1 0');
    const lines = terminal.screen.split('\n');
    expect(lines[0]).toMatch(/^watertight top · 1 watched process · by memory .*\d\d:\d\d:\d\d UTC$/);
    expect(lines[23]).toContain('q quit');
    expect(terminal.painted).toContain('\u001B[1m');

    terminal.type('c');
    await eventually('it collects', () =>
      /collected in process \d+: .* it stood still for/.test(terminal.screen.replaceAll('\n', ' ')),
    );
    terminal.type('s');
    await eventually('it asks', () => terminal.screen.includes('y takes a snapshot'));
    terminal.type('n');
    await eventually('it takes no', () => !terminal.screen.includes('y takes a snapshot'));
    expect(readdirSync(where.cwd).filter((name) => name.endsWith('.heapsnapshot'))).toEqual([]);

    terminal.type('o');
    await eventually('it sorts', () => terminal.screen.includes('by heap'));
    terminal.type('/', 'nothing', 'Enter');
    await eventually('it filters', () => terminal.screen.includes('No watched program matches the filter'));
    terminal.type('/', 'Escape');
    await eventually('it shows all again', () => terminal.screen.includes(`(pid ${pid})`));
    terminal.type('r');
    await eventually('it reports', () => terminal.screen.includes('(any key: back to watertight top)'));
    expect(terminal.flags).toBe('0 1');
    terminal.type('x');
    await eventually('it is back', () => terminal.screen.includes('q quit'));

    terminal.resize(120, 40);
    await eventually('it fills the new size', () => terminal.screen.split('\n')[39]?.includes('q quit') === true);
    terminal.type('q');
    await eventually(
      'the prompt is back',
      () => terminal.screen.includes('prompt> \n') || terminal.screen.trimEnd().endsWith('prompt>'),
    );
    expect(terminal.flags).toBe('0 1');
  }, 120_000);

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'])(
    '%s leaves the terminal as it was, too',
    async (signal) => {
      const where = place();
      const terminal = new Terminal(where, 80, 24, command);
      await eventually('it is there', () => terminal.screen.includes('No program is watched now'));
      const found = spawnSync('pgrep', ['-f', `^${command}$`], { encoding: 'utf8' })
        .stdout.trim()
        .split('\n')
        .map(Number);
      const own = found.find((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`WATERTIGHT_DIR=${where.live}`));
      process.kill(own ?? 0, signal);
      await eventually('the shell is back', () => terminal.flags === '0 1' && terminal.screen.trimEnd().endsWith('prompt>'));
      terminal.type("stty -a | grep -o -- '-*icanon'", 'Enter');
      await eventually('the terminal is told', () => /^-*icanon$/m.test(terminal.screen));
      expect(terminal.screen).toMatch(/^icanon$/m);
    },
    60_000,
  );

  test('NO_COLOR is heard', async () => {
    const where = place({ NO_COLOR: '1' });
    await watched(where);
    const terminal = new Terminal(where, 80, 24, command);
    await eventually('the process is shown', () => terminal.screen.includes('keep()'));
    expect(terminal.painted).not.toContain('\u001B[');
  }, 60_000);
});
