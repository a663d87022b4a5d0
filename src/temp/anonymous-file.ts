import { closeSync, fstatSync, openSync, rmSync } from 'node:fs';
import type { SyncResourceGuard } from '../core/index.ts';
import { defaultRegistry, defineKind } from '../core/index.ts';
import { madeThrough } from '../core/kind.ts';
import { checkOptions } from '../kernel/options.ts';
import { makeInRoot } from './make.ts';
import type { TempOwnerOptions } from './owned.ts';
import { ownerRules } from './owned.ts';
import { theRoot } from './owner-root.ts';
import { refuseOverQuota } from './quota.ts';
import { platform } from './this-platform.ts';
import { isFull, trouble } from './trouble.ts';

/** An open descriptor, with the inode behind it: a number alone may be somebody else's by the time it is looked at. */
interface OpenFile {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
  closed: boolean;
}

const anonymousKind = defineKind<OpenFile>({
  type: 'file',
  release: close,
  releaseSync: close,
  probe: (file) => (file.closed ? 'gone' : 'still-there'),
  idempotent: true,
});

/** A file without a name: nothing can open it but this descriptor, and nothing is left of it, whatever ends the process. */
export interface AnonymousFile extends Disposable, AsyncDisposable {
  /** For reading and writing. */
  readonly fd: number;
  readonly guard: SyncResourceGuard<unknown>;
}

/**
 * Opens a file that has no name (Linux: `O_TMPFILE`), or none any more: elsewhere its name is removed before this returns. Its release
 * closes it; do not close `fd` yourself. Throws WT_TEMP_UNAVAILABLE, WT_NO_SPACE, WT_TEMP_QUOTA, WT_INVALID_OPTION, WT_SHUTTING_DOWN.
 */
export function anonymousFile(options: Readonly<TempOwnerOptions> = {}): AnonymousFile {
  checkOptions('anonymousFile', options, ownerRules);
  const { owner = defaultRegistry(), name, metadata } = options;
  refuseOverQuota('anonymousFile', 0);
  const fd = openUnnamed() ?? openUnlinked();
  const { dev, ino } = fstatSync(fd);
  const file: OpenFile = { fd, dev, ino, closed: false };
  const row = { ...(name === undefined ? undefined : { name }), ...(metadata === undefined ? undefined : { metadata }) };
  const guard = 'register' in owner ? owner.register(file, anonymousKind, row) : owner.adopt(file, anonymousKind, row);
  return {
    fd,
    guard,
    [Symbol.dispose]: () => guard[Symbol.dispose](),
    [Symbol.asyncDispose]: () => guard[Symbol.asyncDispose](),
  };
}

madeThrough(anonymousKind, anonymousFile);

/** Undefined where the system or the file system has no such files. */
function openUnnamed(): number | undefined {
  if (platform.unnamedFlags === undefined) return undefined;
  try {
    const root = theRoot();
    root.refuseEnded();
    return openSync(root.path, platform.unnamedFlags, 0o600);
  } catch (error) {
    if (isFull(error)) throw trouble('anonymousFile', 'it cannot be made', error);
    return undefined;
  }
}

function openUnlinked(): number {
  let fd = -1;
  const path = makeInRoot('anonymousFile', { prefix: 'anonymous-', suffix: '' }, (fresh) => {
    fd = openSync(fresh, 'wx+', 0o600);
  });
  rmSync(path, { force: true });
  return fd;
}

/** Somebody may have closed it, and the number may be another file's by now: that one stays open. */
function close(file: OpenFile): void {
  if (file.closed) return;
  file.closed = true;
  try {
    const { dev, ino } = fstatSync(file.fd);
    if (dev === file.dev && ino === file.ino) closeSync(file.fd);
  } catch {
    // Closed by somebody else.
  }
}
