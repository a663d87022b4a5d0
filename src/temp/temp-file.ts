import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import type { SyncResourceKind } from '../core/index.ts';
import { defineKind } from '../core/index.ts';
import { madeThrough } from '../core/kind.ts';
import { checkOptions } from '../kernel/options.ts';
import type { Rule, Rules } from '../kernel/options.ts';
import { makeInRoot } from './make.ts';
import { affixRule, checkPrefix } from './names.ts';
import type { TempGuard, TempOwnerOptions } from './owned.ts';
import { own, ownerRules } from './owned.ts';
import { refuseOverQuota, tookMore } from './quota.ts';
import { isGone, removeFile } from './removal.ts';

/** How a temporary file is made. */
export interface TempFileOptions extends TempOwnerOptions {
  /** Before the random part of its name; at most 64 characters. Default `tmp-`. */
  readonly prefix?: string;
  /** Behind the random part, `.json` say; at most 64 characters. Default none. */
  readonly suffix?: string;
  /** What stands in it. Default: nothing. */
  readonly content?: string | Uint8Array;
}

const contentRule: Rule = {
  expected: 'a string or a Uint8Array',
  accepts: (value) => typeof value === 'string' || value instanceof Uint8Array,
};
const rules: Rules = { ...ownerRules, prefix: affixRule, suffix: affixRule, content: contentRule };

export const fileKind: SyncResourceKind<string> = defineKind<string>({
  type: 'temp-file',
  release: removeFile,
  releaseSync: removeFile,
  probe: isGone,
  idempotent: true,
  retry: { attempts: 3, backoffMs: 100 },
});

/**
 * Makes a file, mode 0600, under a name that nobody can guess, and closes it: open its `path` as you like. Its release unlinks it; one
 * that has gone is no error. On a full disk nothing stays. Throws WT_TEMP_UNAVAILABLE, WT_NO_SPACE, WT_TEMP_QUOTA,
 * WT_INVALID_OPTION, WT_SHUTTING_DOWN.
 */
export function tempFile(options: Readonly<TempFileOptions> = {}): TempGuard {
  checkOptions('tempFile', options, rules);
  const { prefix = 'tmp-', suffix = '', content } = options;
  checkPrefix('tempFile', prefix);
  const size = content === undefined ? 0 : Buffer.byteLength(content);
  refuseOverQuota('tempFile', size);
  const path = makeInRoot('tempFile', { prefix, suffix }, (fresh) => makeFile(fresh, content));
  tookMore(size);
  return own(path, fileKind, options);
}

madeThrough(fileKind, tempFile);

function makeFile(path: string, content: string | Uint8Array | undefined): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    if (content !== undefined) writeFileSync(fd, content);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}
