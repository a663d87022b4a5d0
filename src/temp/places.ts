import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WatertightError } from '../kernel/errors.ts';
import { codeOf, trouble } from './trouble.ts';

const user = process.getuid?.() ?? 'user';
const baseName = `watertight-temp-${user}`;
const hasModes = process.platform !== 'win32';

/** A real folder, no link, of this user. */
export function isOurs(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && (process.getuid === undefined || stat.uid === user);
}

/** The folder below which owners have theirs: given, else the system's for temporary files. Absolute. */
export function parentFolder(chosen: string | undefined): string {
  return resolve(chosen ?? tmpdir());
}

/** In a folder that all may write to, without the sticky bit, strangers may rename what is ours. */
function refuseOpen(parent: string): void {
  const mode = hasModes ? statSync(parent).mode & 0o1002 : 0;
  if (mode === 0o002)
    throw new WatertightError(
      'WT_TEMP_UNAVAILABLE',
      `temp: everybody may rename what stands in ${parent}; set its sticky bit (chmod +t), or give another folder: configureTemp({ directory })`,
    );
}

/**
 * Makes the folder of this user, mode 0700, in which nobody else can see or make a name. Where a stranger has taken its name, one with
 * a name that nobody can guess. Throws WT_TEMP_UNAVAILABLE, WT_NO_SPACE.
 */
export function makeBase(parent: string): string {
  const base = join(parent, baseName);
  try {
    refuseOpen(parent);
    return makeOurs(base) ? base : mkdtempSync(`${base}-`);
  } catch (error) {
    throw trouble('temp', `no folder for temporary things can be made in ${parent}`, error);
  }
}

function makeOurs(base: string): boolean {
  try {
    mkdirSync(base, { mode: 0o700 });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  if (!isOurs(base)) return false;
  if (hasModes && (lstatSync(base).mode & 0o077) !== 0) chmodSync(base, 0o700);
  return true;
}

/** Every such folder that stands there and is this user's. Never throws. */
export function basesIn(parent: string): readonly string[] {
  try {
    return readdirSync(parent)
      .filter((name) => name === baseName || (name.startsWith(`${baseName}-`) && name.length === baseName.length + 7))
      .map((name) => join(parent, name))
      .filter(isOurs);
  } catch {
    return [];
  }
}

/** Folders of this user with short paths, for sockets whose owner's own path is too long. */
export function* socketFolders(): Iterable<string> {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  if (runtime && isOurs(resolve(runtime)) && (lstatSync(resolve(runtime)).mode & 0o077) === 0) yield resolve(runtime);
  if (!hasModes) return;
  try {
    yield makeBase('/tmp');
  } catch {
    // There is no such folder, or it cannot be written to: the owner goes without a proof of life.
  }
}
