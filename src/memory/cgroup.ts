import { join } from 'node:path';
import type { Bytes } from '../kernel/units.ts';
import type { GroupFolders } from './cgroup-path.ts';
import { findGroupFolders } from './cgroup-path.ts';
import { numberAfter, readText } from './files.ts';
import type { CgroupUse } from './types.ts';

interface Files {
  /** The lowest of them counts. */
  readonly limits: readonly string[];
  readonly used: string;
  /** Key in `memory.stat` of the page cache that the kernel drops first. */
  readonly droppable: string;
}

const files: Readonly<Record<1 | 2, Files>> = {
  1: { limits: ['memory.limit_in_bytes'], used: 'memory.usage_in_bytes', droppable: 'total_inactive_file' },
  2: { limits: ['memory.max', 'memory.high'], used: 'memory.current', droppable: 'inactive_file' },
};

function bytesIn(path: string): Bytes | null {
  const text = readText(path)?.trim();
  return text === undefined || !/^\d+$/.test(text) ? null : Number(text);
}

/** Reads limits and use of the control groups that this process is in. A process can be moved, and limits changed, while it runs. */
export class CgroupReader {
  readonly #root: string;
  #membership: string | null = null;
  #groups: GroupFolders | null = null;

  constructor(root: string) {
    this.#root = root;
  }

  /** Groups with a limit, from the process's own upwards. A limit of the whole machine or more limits nothing and is left out. */
  read(hostBytes: Bytes): readonly CgroupUse[] {
    const groups = this.#find();
    if (groups === null) return [];
    return groups.folders.flatMap((folder) => this.#readGroup(folder, files[groups.version], hostBytes) ?? []);
  }

  #find(): GroupFolders | null {
    const membership = readText(join(this.#root, 'proc/self/cgroup'));
    if (membership !== this.#membership) {
      this.#membership = membership;
      const mounts = membership === null ? null : readText(join(this.#root, 'proc/self/mountinfo'));
      this.#groups = membership === null || mounts === null ? null : findGroupFolders(membership, mounts);
    }
    return this.#groups;
  }

  #readGroup(folder: string, names: Files, hostBytes: Bytes): CgroupUse | null {
    let limit: CgroupUse | null = null;
    for (const name of names.limits) {
      const source = join(folder, name);
      const limitBytes = bytesIn(join(this.#root, source));
      if (limitBytes !== null && limitBytes < (limit?.limitBytes ?? hostBytes)) limit = { limitBytes, usedBytes: 0, source };
    }
    return limit === null ? null : { ...limit, usedBytes: this.#readUsed(folder, names) };
  }

  #readUsed(folder: string, names: Files): Bytes {
    const used = bytesIn(join(this.#root, folder, names.used)) ?? 0;
    const stat = readText(join(this.#root, folder, 'memory.stat')) ?? '';
    return Math.max(0, used - (numberAfter(stat, `${names.droppable} `) ?? 0));
  }
}
