import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** Files larger than this are not read for a source map: the supervisor stays light. */
const maxFileBytes = 64 * 1024 * 1024;

/** What resolving a site may ask of the disk. Tests hand in their own. */
export interface Disk {
  /** The text of a file; undefined when it does not exist, is not a regular file or is too large. */
  read(path: string): string | undefined;
}

export const realDisk: Disk = {
  read(path) {
    let descriptor: number;
    try {
      descriptor = openSync(path, 'r');
    } catch {
      return undefined;
    }
    try {
      const stat = fstatSync(descriptor);
      return stat.isFile() && stat.size <= maxFileBytes ? readFileSync(descriptor, 'utf8') : undefined;
    } catch {
      return undefined;
    } finally {
      closeSync(descriptor);
    }
  },
};
