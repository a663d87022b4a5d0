import { closeSync, fstatSync } from 'node:fs';
import { defineKind } from '../core/index.ts';
import type { ResourceKind, SyncResourceKind, Verification } from '../core/index.ts';

/** The members of a `FileHandle` (`fs/promises`) that are used. */
export interface FileHandleLike {
  /** -1 once it is closed. */
  readonly fd: number;
  close(): Promise<void>;
}

/** Handles of `fs/promises`: closed once, verified by their descriptor. They have no way to be closed at once: at `process.exit()` the system closes them. */
export const fileHandles: ResourceKind<FileHandleLike> = defineKind<FileHandleLike>({
  type: 'file',
  release: (handle) => (handle.fd === -1 ? undefined : handle.close()),
  probe: (handle) => (handle.fd === -1 ? 'gone' : 'still-there'),
});

/** Which file each descriptor stood for when its release began: the number itself may stand for another one right after. */
const released: Map<number, string> = new Map();

function fileOf(descriptor: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

function close(descriptor: number): void {
  const file = fileOf(descriptor);
  if (file !== undefined) released.set(descriptor, file);
  closeSync(descriptor);
}

function probeDescriptor(descriptor: number): Verification {
  const before = released.get(descriptor);
  released.delete(descriptor);
  const now = fileOf(descriptor);
  if (now === undefined) return 'gone';
  // The same number for another file: somebody opened that since.
  return before === undefined || before === now ? 'still-there' : 'gone';
}

/** Descriptors of `fs.open` and `fs.openSync`: numbers. Verified by the file that the number stands for. */
export const fileDescriptors: SyncResourceKind<number> = defineKind<number>({
  type: 'file',
  releaseSync: close,
  probe: probeDescriptor,
});

/** The members of what `fs.watch()` and file watchers of packages return. */
export interface WatcherLike {
  close(): unknown;
}

/** File watchers. Not verified: they do not tell whether they are closed. */
export const watchers: ResourceKind<WatcherLike> = defineKind<WatcherLike>({
  type: 'custom:watcher',
  release: async (watcher) => {
    await watcher.close();
  },
});
