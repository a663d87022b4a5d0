import { createHash } from 'node:crypto';
import { constants, readFileSync, statfsSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Platform } from './platform.ts';

function text(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return '';
  }
}

/** ext2-4, xfs, btrfs, tmpfs, ramfs, zfs, f2fs, bcachefs, overlay. Not those of networks and virtual machines. */
const localTypes: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x858458f6, 0x2fc12fc1, 0xf2f52010, 0xca451a4e, 0x794c7630,
]);

/** `O_TMPFILE` without its part `O_DIRECTORY`, which differs between processors. */
const tmpfileBit = 0o20000000;

export const linuxPlatform: Platform = {
  bootId: () => text('/proc/sys/kernel/random/boot_id'),
  hostId: () =>
    createHash('sha256')
      .update(`${text('/etc/machine-id')} ${hostname()}`)
      .digest('hex')
      .slice(0, 16),
  startTime() {
    const stat = text('/proc/self/stat');
    // The command name in field 2 can hold spaces and brackets: fields are counted from its last bracket.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0) || 0;
  },
  isLocal(path) {
    try {
      return localTypes.has(statfsSync(path).type);
    } catch {
      return false;
    }
  },
  unnamedFlags: constants.O_RDWR | tmpfileBit | constants.O_DIRECTORY,
};
