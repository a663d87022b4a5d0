import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../kernel/clock/index.ts';
import type { Bytes } from '../kernel/units.ts';
import { CgroupReader } from './cgroup.ts';
import { numberAfter, readText } from './files.ts';
import { readPageSize } from './page-size.ts';
import type { Pid, Platform } from './platform.ts';
import type { CgroupUse, HostMemory, ProcessMemory } from './types.ts';

const kilobyte = 1024;

/** Reads /proc and the control groups. `root` is the folder that holds `proc` and `sys`: `/`, in tests another. */
export class LinuxPlatform implements Platform {
  readonly reason: null = null;
  readonly hostSource: string = '/proc/meminfo';
  readonly #root: string;
  /** Joined once: these two are read with every sample. */
  readonly #ownMemory: string;
  readonly #hostMemory: string;
  readonly #groups: CgroupReader;
  #pageSize = 0;

  constructor(root: string, clock?: Clock) {
    this.#root = root;
    this.#ownMemory = join(root, 'proc/self/statm');
    this.#hostMemory = join(root, 'proc/meminfo');
    this.#groups = new CgroupReader(root, clock);
  }

  readProcess(pid: Pid): ProcessMemory | null {
    const fields = readText(pid === 'self' ? this.#ownMemory : join(this.#root, 'proc', String(pid), 'statm'))
      ?.split(' ')
      .map(Number);
    const [size, resident, shared] = fields ?? [];
    if (size === undefined || resident === undefined || shared === undefined || !Number.isFinite(size + resident + shared))
      return null;
    this.#pageSize ||= readPageSize(join(this.#root, 'proc', 'self', 'auxv'));
    return {
      rssBytes: resident * this.#pageSize,
      vmsBytes: size * this.#pageSize,
      sharedBytes: shared * this.#pageSize,
    };
  }

  readPss(pid: Pid): Bytes | null {
    const text = readText(join(this.#root, 'proc', String(pid), 'smaps_rollup'));
    const kilobytes = text === null ? null : numberAfter(text, 'Pss:');
    return kilobytes === null ? null : kilobytes * kilobyte;
  }

  readCgroups(host: HostMemory): readonly CgroupUse[] {
    return this.#groups.read(host.totalBytes);
  }

  readHost(): HostMemory {
    const text = readText(this.#hostMemory) ?? '';
    const total = numberAfter(text, 'MemTotal:');
    const available = numberAfter(text, 'MemAvailable:');
    return {
      totalBytes: total === null ? totalmem() : total * kilobyte,
      availableBytes: available === null ? freemem() : available * kilobyte,
    };
  }
}
