import { linkSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import type { BigIntStats, Stats } from 'node:fs';
import { basename, join } from 'node:path';
import type { MaybePromise, ReleaseOutcome, ReleaseReason } from '../core/index.ts';
import { defineKind } from '../core/index.ts';
import { madeThrough } from '../core/kind.ts';
import { WatertightError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { silentLogger } from '../kernel/logger.ts';
import { bytes, checkOptions, having, invalid, shown } from '../kernel/options.ts';
import type { Rules } from '../kernel/options.ts';
import type { Bytes } from '../kernel/units.ts';
import { makeInRoot } from './make.ts';
import { affixRule, checkPrefix } from './names.ts';
import type { TempGuard, TempOwnerOptions } from './owned.ts';
import { own, ownerRules } from './owned.ts';
import { isGone, removeDirectory } from './removal.ts';
import { codeOf } from './trouble.ts';

/** When a file is linked, and who is told. */
export interface LinkOptions extends TempOwnerOptions {
  /** From this size a file is linked; a smaller one is used as it is. 0: every file. Default 200 MB (209 715 200). */
  readonly thresholdBytes?: Bytes;
  /** Below the threshold, from this size, the logger is told. Default 50 MB (52 428 800). */
  readonly logFromBytes?: Bytes;
  /** Of the directory that holds the link. Default `tmp-`. */
  readonly prefix?: string;
  /** Debug for a file that is used as it is, info for a link with its size, one warning for a fallback. Default silent. */
  readonly logger?: Logger;
}

/** A path to read from: a hard link of our own, or the file itself. */
export interface LinkedFile extends Disposable, AsyncDisposable {
  readonly path: string;
  /** False: `path` is the file itself, nothing was registered and nothing will be removed. */
  readonly linked: boolean;
  /** The row of the link's directory; undefined without a link. */
  readonly guard: TempGuard | undefined;
  /** Removes the link with its directory; the file itself stays. Undefined without a link. */
  release(reason?: ReleaseReason): MaybePromise<ReleaseOutcome> | undefined;
}

const MB = 1024 * 1024;
const rules: Rules = {
  ...ownerRules,
  thresholdBytes: bytes,
  logFromBytes: bytes,
  prefix: affixRule,
  logger: having('debug', 'info', 'warn', 'error'),
};

/** The file itself is as good then. */
const fallsBack: ReadonlySet<string> = new Set(['WT_NO_SPACE', 'WT_TEMP_UNAVAILABLE', 'WT_TEMP_QUOTA']);

const linkKind = defineKind<string>({
  type: 'temp-directory',
  release: removeDirectory,
  releaseSync: removeDirectory,
  probe: isGone,
  idempotent: true,
  retry: { attempts: 3, backoffMs: 100 },
});

/**
 * Gives a large file a second name in a temporary directory, `input_<name>`: it can be read there also when somebody replaces or removes the first name
 * meanwhile, and no byte is copied. A small file, and one that cannot be linked (another device, not permitted, a full disk), is used as it is: then
 * nothing stays behind, and the logger is warned once. Throws WT_NOT_FOUND when there is no such file, WT_INVALID_OPTION,
 * WT_SHUTTING_DOWN.
 */
export function linkOrUse(file: string, options: Readonly<LinkOptions> = {}): LinkedFile {
  checkOptions('linkOrUse', options, rules);
  const { thresholdBytes = 200 * MB, logFromBytes = 50 * MB, prefix = 'tmp-', logger = silentLogger } = options;
  checkPrefix('linkOrUse', prefix);
  const { size } = statOf(file);
  if (size < thresholdBytes) {
    if (size >= logFromBytes) logger.debug({ path: file, bytes: size, thresholdBytes }, 'large file used as it is');
    return unlinked(file);
  }
  let directory = '';
  try {
    directory = makeInRoot('linkOrUse', { prefix, suffix: '' }, (fresh) => mkdirSync(fresh, 0o700));
    const path = join(directory, `input_${basename(file)}`);
    // A link to a link would follow whatever that one is changed to.
    linkSync(realpathSync(file), path);
    const guard = own(directory, linkKind, options);
    logger.info(
      { path, of: file, bytes: size, resourceId: guard.id, type: 'temp-directory', owner: null, code: null },
      'hard link made',
    );
    return linked(path, guard);
  } catch (error) {
    if (directory !== '') rmSync(directory, { recursive: true, force: true });
    if (error instanceof WatertightError && !fallsBack.has(error.code)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    logger.warn({ path: file, bytes: size, code: codeOf(error), why }, 'no hard link can be made; the file itself is used');
    return unlinked(file);
  }
}

madeThrough(linkKind, linkOrUse);

function statOf(file: string): Stats {
  if (typeof file !== 'string' || file === '') throw invalid('linkOrUse', `the file must be a path, got ${shown(file)}`);
  let stat: Stats | BigIntStats;
  try {
    stat = statSync(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WatertightError('WT_NOT_FOUND', `linkOrUse: ${file} cannot be used: ${why}`, { cause: error });
  }
  if (!stat.isFile()) throw invalid('linkOrUse', `${file} is not a file`);
  return stat;
}

function linked(path: string, guard: TempGuard): LinkedFile {
  return {
    path,
    linked: true,
    guard,
    release: (reason) => guard.release(reason),
    [Symbol.dispose]: () => guard[Symbol.dispose](),
    [Symbol.asyncDispose]: () => guard[Symbol.asyncDispose](),
  };
}

const nothing: Promise<void> = Promise.resolve();

function unlinked(path: string): LinkedFile {
  return {
    path,
    linked: false,
    guard: undefined,
    release: () => undefined,
    [Symbol.dispose]: () => {},
    [Symbol.asyncDispose]: () => nothing,
  };
}
