import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempFolder } from '../support/temp-folder.ts';

export const MB = 1024 ** 2;

/** The top of a file system of its own, with these files in it; 4 GB of memory unless `proc/meminfo` is given. Call it inside a test. */
export function fakeRoot(files: Readonly<Record<string, string>>): string {
  const root = tempFolder();
  const all = { 'proc/meminfo': 'MemTotal:        4194304 kB\nMemFree:  1 kB\nMemAvailable:    1048576 kB\n', ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

export const mounts = {
  v1: '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n',
  v2: '35 31 0:32 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw\n',
  unified: '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n',
};
