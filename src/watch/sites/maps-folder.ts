import { readdirSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import type { Disk } from './disk.ts';
import { realDisk } from './disk.ts';

const maxFiles = 200_000;

/** All files below a folder by their names, but for packages' own. Throws what the file system throws when there is no such folder. */
function filesByName(folder: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const waiting = [folder];
  let count = 0;
  for (let next = waiting.pop(); next !== undefined && count < maxFiles; next = waiting.pop()) {
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isDirectory() && entry.name !== 'node_modules') waiting.push(path);
      if (!entry.isFile()) continue;
      count += 1;
      found.set(entry.name, [...(found.get(entry.name) ?? []), path]);
    }
  }
  return found;
}

function commonEnd(one: string, other: string): number {
  const [a, b] = [one.split(/[\\/]/), other.split(sep)];
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length += 1;
  return length;
}

/**
 * A disk on which the files of a folder stand in for those of the machine that the program ran on: a path is looked for by its name, and of
 * several the one whose folders fit best is taken. Files that the folder does not have are as they are here.
 */
export function mapsFolder(folder: string): Disk & { readonly used: ReadonlySet<string> } {
  const files = filesByName(folder);
  const used = new Set<string>();
  return {
    used,
    read(path) {
      const candidates = files.get(basename(path.replaceAll('\\', '/'))) ?? [];
      const [best] = candidates.toSorted((a, b) => commonEnd(path, b) - commonEnd(path, a));
      if (best === undefined) return path.endsWith('.map') ? realDisk.read(path) : (realDisk.read(path) ?? '');
      used.add(best);
      return realDisk.read(best);
    },
  };
}
