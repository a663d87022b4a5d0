import { sep } from 'node:path';
import { randomName } from './names.ts';
import { theRoot } from './owner-root.ts';
import { refuseOverQuota } from './quota.ts';
import { codeOf, trouble } from './trouble.ts';

/** Names that were taken already: with 72 random bits that is somebody's joke. */
const tries = 3;

/**
 * Makes one thing under a fresh name in the root, which is made again if somebody has removed it. `make` must fail with EEXIST for a
 * name that is taken. Throws WT_TEMP_UNAVAILABLE, WT_NO_SPACE, WT_TEMP_QUOTA, WT_SHUTTING_DOWN.
 */
export function makeInRoot(
  where: string,
  affixes: { readonly prefix: string; readonly suffix: string },
  make: (path: string) => void,
): string {
  const root = theRoot();
  root.refuseEnded();
  refuseOverQuota(where, 0);
  for (let attempt = 1; ; attempt += 1) {
    const path = `${root.path}${sep}${affixes.prefix}${randomName()}${affixes.suffix}`;
    try {
      make(path);
      return path;
    } catch (error) {
      if (attempt >= tries) throw trouble(where, 'it cannot be made', error);
      if (codeOf(error) === 'ENOENT') rebuild(where, root);
      else if (codeOf(error) !== 'EEXIST') throw trouble(where, 'it cannot be made', error);
    }
  }
}

function rebuild(where: string, root: { rebuild(): void }): void {
  try {
    root.rebuild();
  } catch (error) {
    throw trouble(where, 'the root has gone and cannot be made again', error);
  }
}
