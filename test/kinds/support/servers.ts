// Real servers on loopback, each in a temporary folder of its own, for as long as one test file runs.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, chownSync, constants, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  /** Connections that the server itself counts, from outside of any client under test. */
  readonly folder: string;
}

/** Places beside PATH where packages put servers. */
const places = ['/usr/sbin', '/usr/local/sbin', ...postgresPlaces()];

function postgresPlaces(): readonly string[] {
  const base = '/usr/lib/postgresql';
  return existsSync(base) ? readdirSync(base).map((version) => join(base, version, 'bin')) : [];
}

/** Path of a program, or undefined where it is not installed. */
export function programPath(name: string): string | undefined {
  return [...(process.env['PATH'] ?? '').split(delimiter), ...places]
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** These servers refuse to run as root. */
const asRoot = process.getuid?.() === 0;
function idOf(flag: '-u' | '-g', user: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}
function lowUser(name: string): { uid: number; gid: number } | undefined {
  if (!asRoot) return undefined;
  const uid = idOf('-u', name) ?? idOf('-u', 'nobody');
  const gid = idOf('-g', name) ?? idOf('-g', 'nobody');
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function untilUp(port: number, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`the server ended with status ${child.exitCode}: ${said()}`);
    if (performance.now() > deadline) throw new Error(`the server did not come up: ${said()}`);
    await pause(20);
  }
}

interface Plan {
  readonly user: string;
  readonly prepare?: (folder: string, user: { uid: number; gid: number } | undefined) => void;
  readonly command: (folder: string, port: number) => readonly [string, ...string[]];
}

async function start({ user: userName, prepare, command }: Plan): Promise<RunningServer> {
  const user = lowUser(userName);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'watertight-test-')));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const port = await freePort();
  let output = '';
  let child: ChildProcess | undefined;
  try {
    prepare?.(folder, user);
    const [program, ...args] = command(folder, port);
    child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], ...user });
    const hear = (text: Buffer): void => void (output += text.toString());
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    await untilUp(port, child, () => output);
  } catch (error) {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const running = child;
  return { port, folder, [Symbol.asyncDispose]: () => stop(running, folder) };
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGINT');
    const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(killer);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Redis with no file and no password; undefined where it is not installed. */
export async function startRedis(): Promise<RunningServer | undefined> {
  const program = programPath('redis-server');
  if (program === undefined) return undefined;
  return start({
    user: 'nobody',
    command: (folder, port) => [
      program,
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
    ],
  });
}

/** PostgreSQL with user `postgres` and no password; undefined where it is not installed. */
export async function startPostgres(): Promise<RunningServer | undefined> {
  const program = programPath('postgres');
  const initdb = programPath('initdb');
  if (program === undefined || initdb === undefined) return undefined;
  return start({
    user: 'postgres',
    prepare: (folder, user) => {
      const args = ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
      execFileSync(initdb, args, { cwd: folder, stdio: 'pipe', ...user });
    },
    command: (folder, port) => [
      program,
      '-D',
      join(folder, 'data'),
      '-p',
      String(port),
      '-h',
      '127.0.0.1',
      '-k',
      folder,
      '-c',
      'fsync=off',
      '-c',
      'max_connections=20',
      '-c',
      'shared_buffers=16MB',
    ],
  });
}

/** MariaDB with user `root` and no password; undefined where it is not installed. */
export async function startMariadb(): Promise<RunningServer | undefined> {
  const program = programPath('mariadbd') ?? programPath('mysqld');
  const install = programPath('mariadb-install-db');
  if (program === undefined || install === undefined) return undefined;
  return start({
    user: 'mysql',
    prepare: (folder, user) => {
      const args = [
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ];
      execFileSync(install, args, { cwd: folder, stdio: 'pipe', ...user });
    },
    command: (folder, port) => [
      program,
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(folder, 's')}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--skip-grant-tables',
      '--skip-networking=0',
      '--innodb-buffer-pool-size=16M',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-log-file-size=8M',
    ],
  });
}
