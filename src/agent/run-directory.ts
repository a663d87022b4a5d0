import { redactArgv } from '../wire/redact.ts';
import { environment } from '../wire/records.ts';
import type { ThreadIdentity } from './header.ts';
import type { Natives } from './natives.ts';

/** The system's folder for temporary files, as `os.tmpdir()` has it; without loading `os`. */
export function tempFolder(): string {
  const { env } = process;
  const folder = env['TMPDIR'] || env['TMP'] || env['TEMP'] || (process.platform === 'win32' ? 'C:\\Windows\\Temp' : '/tmp');
  return folder.length > 1 && /[/\\]$/.test(folder) ? folder.slice(0, -1) : folder;
}

function userId(): string {
  return typeof process.getuid === 'function' ? String(process.getuid()) : String(process.env['USERNAME'] || 'user');
}

/** Where run directories are made: as the supervisor has it. */
function runsFolder(): string {
  const { env } = process;
  if (env[environment.directory]) return String(env[environment.directory]);
  return env['XDG_RUNTIME_DIR'] ? `${env['XDG_RUNTIME_DIR']}/watertight` : `${tempFolder()}/watertight-${userId()}`;
}

/**
 * Directory of this run: that of the supervisor, else (`node --require watertight/agent`) one of our own, which the
 * children find through the environment. `undefined`: there is none, and the agent stands aside.
 */
export function runDirectory(natives: Natives, identity: ThreadIdentity, now: number): string | undefined {
  const given = process.env[environment.run];
  if (given) return given;
  if (identity.kind !== 'main') return undefined;
  const iso = new Date(now).toISOString();
  const id = `${iso.slice(0, 10)}-${iso.slice(11, 19).replace(/:/g, '')}-${process.pid}`;
  const directory = `${runsFolder()}/${id}`;
  natives.mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeRunFile(natives, directory, { id, now, start: identity.start });
  process.env[environment.run] = directory;
  return directory;
}

interface RunFacts {
  readonly id: string;
  readonly now: number;
  readonly start: number;
}

/** The same file that the supervisor writes; here the program stands in for it. */
function writeRunFile(natives: Natives, directory: string, facts: RunFacts): void {
  const self = { pid: process.pid, start: facts.start };
  const text = JSON.stringify({
    version: 1,
    id: facts.id,
    command: redactArgv(process.argv),
    cwd: process.cwd(),
    startedAtMs: facts.now,
    mode: 'light',
    options: {},
    reportRoot: `${process.cwd()}/.watertight`,
    supervisor: self,
    program: self,
    space: null,
    limits: [],
    end: null,
  });
  const descriptor = natives.openSync(`${directory}/run.json`, 'wx', 0o600);
  try {
    natives.writeSync(descriptor, `${text}\n`);
  } finally {
    natives.closeSync(descriptor);
  }
}
