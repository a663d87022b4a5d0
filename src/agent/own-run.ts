// Loaded by the entry only where no supervisor has made a run directory (`node --require watertight/agent`).
import { redactArgv } from '../wire/redact.ts';
import { environment } from '../wire/records.ts';
import type { Natives } from './natives.ts';
import { tempFolder } from './temp-folder.ts';

function userId(): string {
  return typeof process.getuid === 'function' ? String(process.getuid()) : process.env['USERNAME'] || 'user';
}

/** Where run directories are made: as the supervisor has it. */
function runsFolder(): string {
  const { env } = process;
  const chosen = env[environment.directory];
  if (chosen) return chosen;
  return env['XDG_RUNTIME_DIR'] ? `${env['XDG_RUNTIME_DIR']}/watertight` : `${tempFolder()}/watertight-${userId()}`;
}

/** A program without a supervisor is in production, most likely: the least cost, unless somebody asks for more. Its children are watched alike. */
function chosenMode(): 'light' | 'hunt' {
  const options = process.env[environment.options] || '';
  const given = /(?:^|,)\s*mode=(\w+)/.exec(options);
  if (given) return given[1] === 'light' ? 'light' : 'hunt';
  process.env[environment.options] = options === '' ? 'mode=light' : `${options},mode=light`;
  return 'light';
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
    mode: chosenMode(),
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

/** Makes a run directory for a program that has no supervisor. Its children find it through the environment. */
export function makeOwnRun(natives: Natives, now: number, start: number): string {
  const iso = new Date(now).toISOString();
  const id = `${iso.slice(0, 10)}-${iso.slice(11, 19).replace(/:/g, '')}-${process.pid}`;
  const directory = `${runsFolder()}/${id}`;
  natives.mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeRunFile(natives, directory, { id, now, start });
  process.env[environment.run] = directory;
  return directory;
}
