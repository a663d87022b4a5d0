import { mkdirSync } from 'node:fs';
import type { SyncResourceKind } from '../core/index.ts';
import { defineKind } from '../core/index.ts';
import { madeThrough } from '../core/kind.ts';
import { checkOptions } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import { makeInRoot } from './make.ts';
import { affixRule, checkPrefix } from './names.ts';
import type { TempGuard, TempOwnerOptions } from './owned.ts';
import { own, ownerRules } from './owned.ts';
import { isGone, removeDirectory } from './removal.ts';

/** How a temporary directory is made. */
export interface TempDirectoryOptions extends TempOwnerOptions {
  /** Before the random part of its name; at most 64 characters. Default `tmp-`. */
  readonly prefix?: string;
}

const rules: Rules = { ...ownerRules, prefix: affixRule };
const asked = { retry: { attempts: 3, backoffMs: 100 } } as const;

/** Release and releaseSync are one: a rename at most. What is left is the background's. */
export const directoryKind: SyncResourceKind<string> = defineKind<string>({
  type: 'temp-directory',
  release: removeDirectory,
  releaseSync: removeDirectory,
  probe: isGone,
  idempotent: true,
  ...asked,
});

/**
 * Makes an empty directory, mode 0700, in the process's root, where nobody else can see its name. Its release, by `using`, `await using`,
 * its owner or the end of the process, takes it away with all that is in it: its path is free when the release returns, the tree is
 * removed in the background. Throws WT_TEMP_UNAVAILABLE, WT_NO_SPACE, WT_TEMP_QUOTA, WT_INVALID_OPTION, WT_SHUTTING_DOWN.
 */
export function tempDirectory(options: Readonly<TempDirectoryOptions> = none): TempGuard {
  const { prefix = 'tmp-' } = options;
  if (options !== none) {
    checkOptions('tempDirectory', options, rules);
    checkPrefix('tempDirectory', prefix);
  }
  return own(makeInRoot('tempDirectory', { prefix, suffix: '' }, makeDirectory), directoryKind, options);
}

const none: TempDirectoryOptions = Object.freeze({});
madeThrough(directoryKind, tempDirectory);

function makeDirectory(path: string): void {
  mkdirSync(path, 0o700);
}
