import { chmodSync, lstatSync, rmdirSync, unlinkSync } from 'node:fs';
import type { Verification } from '../core/index.ts';
import { codeOf } from './trouble.ts';
import { throwAway } from './trash.ts';

/** What the system has said last of a path: the probe that comes right after a removal need not ask again. */
let lastGone = '';

/**
 * An empty directory is removed; a full one is renamed aside and removed in the background, so the caller waits for one or two calls
 * of the system whatever is in it. One that has gone is no error. What stands in its place, a link for instance, is unlinked, never followed.
 */
export function removeDirectory(path: string): void {
  try {
    rmdirSync(path);
    lastGone = path;
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
    lastGone = path;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Names are random and never used again: what was removed under one is not somebody else's by now. */
export function isGone(path: string): Verification {
  if (path === lastGone) {
    lastGone = '';
    return 'gone';
  }
  return lstatSync(path, { throwIfNoEntry: false }) === undefined ? 'gone' : 'still-there';
}
