import { join } from 'node:path';
import { systemClock } from '../kernel/clock/index.ts';
import type { Clock } from '../kernel/clock/index.ts';
import type { Bytes, Milliseconds } from '../kernel/units.ts';
import { findGroupFolders } from './cgroup-path.ts';
import { numberAfter, readLongText, readText } from './files.ts';
import type { CgroupUse } from './types.ts';

/** A process can be moved to another group, and a group get its first limit, while the program runs: it is looked for anew this often. */
const searchEveryMs: Milliseconds = 30_000;

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

interface Group {
  readonly folder: string;
  readonly files: Files;
}

interface Limit {
  readonly bytes: Bytes;
  readonly source: string;
}

function bytesIn(path: string): Bytes | null {
  const text = readText(path)?.trim();
  return text === undefined || !/^\d+$/.test(text) ? null : Number(text);
}

/** Reads limits and use of the control groups that this process is in. */
export class CgroupReader {
  readonly #root: string;
  readonly #clock: Clock;
  #searchAt: Milliseconds = -Infinity;
  /** Those that had a limit when they were last looked for. */
  #groups: readonly Group[] = [];

  constructor(root: string, clock: Clock = systemClock) {
    this.#root = root;
    this.#clock = clock;
  }

  /** Groups with a limit, from the process's own upwards. A limit of the whole machine or more limits nothing and is left out. */
  read(hostBytes: Bytes): readonly CgroupUse[] {
    const now = this.#clock.monotonic();
    if (now >= this.#searchAt) {
      this.#groups = this.#search().filter((group) => this.#readLimit(group, hostBytes) !== null);
      this.#searchAt = now + searchEveryMs;
    }
    return this.#groups.flatMap((group) => {
      const limit = this.#readLimit(group, hostBytes);
      return limit === null ? [] : [{ limitBytes: limit.bytes, usedBytes: this.#readUsed(group), source: limit.source }];
    });
  }

  #search(): readonly Group[] {
    const membership = readText(join(this.#root, 'proc/self/cgroup'));
    const mounts = membership === null ? null : readLongText(join(this.#root, 'proc/self/mountinfo'));
    const found = membership === null || mounts === null ? null : findGroupFolders(membership, mounts);
    return found === null ? [] : found.folders.map((folder) => ({ folder, files: files[found.version] }));
  }

  #readLimit(group: Group, hostBytes: Bytes): Limit | null {
    let lowest: Limit | null = null;
    for (const name of group.files.limits) {
      const source = join(group.folder, name);
      const limit = bytesIn(join(this.#root, source));
      if (limit !== null && limit < (lowest?.bytes ?? hostBytes)) lowest = { bytes: limit, source };
    }
    return lowest;
  }

  #readUsed(group: Group): Bytes {
    const used = bytesIn(join(this.#root, group.folder, group.files.used)) ?? 0;
    const stat = readText(join(this.#root, group.folder, 'memory.stat')) ?? '';
    return Math.max(0, used - (numberAfter(stat, `${group.files.droppable} `) ?? 0));
  }
}
