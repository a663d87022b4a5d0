import { accessSync, constants, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { environment } from '../../wire/index.ts';
import { makeFolder } from './make-folder.ts';

/** The folders in which run directories may be made, best first. */
export function liveRoots(env: NodeJS.ProcessEnv): readonly string[] {
  const roots: string[] = [];
  const chosen = env[environment.directory];
  if (chosen) roots.push(resolve(chosen));
  const runtime = env['XDG_RUNTIME_DIR'];
  if (runtime) roots.push(join(resolve(runtime), 'watertight'));
  roots.push(join(tmpdir(), `watertight-${process.getuid?.() ?? 'user'}`));
  return roots;
}

/** A folder in a place that everybody can write to is used only if it is a real folder of ours: nobody else may have put it there. */
function isOurs(folder: string): boolean {
  const stat = lstatSync(folder);
  return stat.isDirectory() && (process.getuid === undefined || stat.uid === process.getuid());
}

function makeWritable(folder: string): void {
  makeFolder(folder);
  accessSync(folder, constants.W_OK | constants.X_OK);
}

/** Some bytes are written to see that there is room: on a full disk directories can still be made. */
function prove(folder: string): void {
  const probe = join(folder, '.probe');
  writeFileSync(probe, Buffer.alloc(4096), { mode: 0o600 });
  rmSync(probe);
}

export interface LiveDirectory {
  readonly id: string;
  readonly path: string;
}

export interface Refusal {
  readonly folder: string;
  readonly why: string;
}

function tryRoot(folder: string, id: string, taken: (id: string) => boolean): LiveDirectory {
  makeWritable(folder);
  if (!isOurs(folder)) throw new Error('it belongs to somebody else');
  for (let attempt = 1; ; attempt += 1) {
    const name = attempt === 1 ? id : `${id}-${attempt}`;
    if (taken(name)) continue;
    try {
      mkdirSync(join(folder, name), { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    try {
      prove(join(folder, name));
    } catch (error) {
      rmSync(join(folder, name), { recursive: true, force: true });
      throw error;
    }
    return { id: name, path: join(folder, name) };
  }
}

/**
 * Makes the directory that receives the live data of a run: mode 0700, in the first root that can be written to. Answers
 * undefined when none can; `refused` receives each root that was passed over and why.
 */
export function makeLiveDirectory(
  roots: readonly string[],
  id: string,
  taken: (id: string) => boolean,
  refused: (refusal: Refusal) => void,
): LiveDirectory | undefined {
  for (const folder of roots) {
    try {
      return tryRoot(folder, id, taken);
    } catch (error) {
      refused({ folder, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return undefined;
}
