import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultRegistry, defineKind } from '../core/index.ts';
import type { SyncResourceGuard } from '../core/index.ts';
import { checkOptions } from '../kernel/options.ts';
import type { Rule } from '../kernel/options.ts';
import { onBehalfOf } from '../kernel/stack.ts';

/** How the directory is named. */
export interface TempOutputDirOptions {
  /** Before the random part of the name; no separators. Default `pktmask_test_`. */
  readonly prefix?: string;
}

const prefixRule: Rule = {
  expected: 'a string of 0 to 64 characters without / and \\',
  accepts: (value) => typeof value === 'string' && value.length <= 64 && !/[/\\]/.test(value),
};

const directories = defineKind<string>({
  type: 'temp-directory',
  release: (path) => rm(path, { recursive: true, force: true }),
  releaseSync: (path) => rmSync(path, { recursive: true, force: true }),
  probe: (path) => (existsSync(path) ? 'still-there' : 'gone'),
  stack: 'always',
});

/**
 * A fresh, empty directory (0700) below the system's temporary one, for what a test writes: the guard's `value` is its path. Released, or
 * disposed with `using`, it is removed with all that is in it. Throws WT_INVALID_OPTION, and what the file system says.
 */
export function tempOutputDir(options: Readonly<TempOutputDirOptions> = {}): SyncResourceGuard<string> {
  checkOptions('tempOutputDir', options, { prefix: prefixRule });
  const path = realpathSync(mkdtempSync(join(tmpdir(), options.prefix ?? 'pktmask_test_')));
  return onBehalfOf(tempOutputDir, () => defaultRegistry().register(path, directories));
}

/**
 * The same as a fixture of Vitest: `test.extend({ tempOutputDir: tempOutputDirFixture() })`. Each test that asks for it gets the path of a
 * directory of its own, which is removed when the test has ended.
 */
export function tempOutputDirFixture(
  options: Readonly<TempOutputDirOptions> = {},
): (context: object, use: (path: string) => Promise<void>) => Promise<void> {
  // Vitest reads the source of a fixture: its first parameter must be destructured.
  // oxlint-disable-next-line no-empty-pattern
  return async ({}, use) => {
    const guard = tempOutputDir(options);
    try {
      await use(guard.value);
    } finally {
      await guard[Symbol.asyncDispose]();
    }
  };
}
