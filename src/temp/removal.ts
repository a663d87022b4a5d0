import { chmodSync, lstatSync, rmdirSync, unlinkSync } from 'node:fs';
import type { Verification } from '../core/index.ts';
import { codeOf } from './trouble.ts';
import { throwAway } from './trash.ts';

/**
 * An empty directory is removed; a full one is renamed aside and removed in the background, so the caller waits for one or two calls
 * of the system whatever is in it. One that has gone is no error. What stands in its place, a link for instance, is unlinked, never followed.
 */
export function removeDirectory(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return;
    if (code === 'ENOTDIR') return removeFile(path);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    moveAside(path);
  }
}

function moveAside(path: string): void {
  try {
    throwAway(path);
  } catch (error) {
    if (codeOf(error) !== 'EACCES') throw error;
    // Its user has made it read-only; to move a directory one must be able to write to it.
    chmodSync(path, 0o700);
    throwAway(path);
  }
}

/** One that has gone is no error. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

export function isGone(path: string): Verification {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined ? 'gone' : 'still-there';
}
