import { resourceLimits } from 'node:worker_threads';
import { getHeapStatistics } from 'node:v8';
import { bytes, checkOptions } from '../kernel/options.ts';
import type { Bytes } from '../kernel/units.ts';
import { platform } from './this-platform.ts';
import type { LimitName, MemoryLimit, MemoryReading, MemoryUse } from './types.ts';

const heapFlag = '--max-old-space-size';

function heapSource(): string {
  if (resourceLimits.maxOldGenerationSizeMb !== undefined) return "the worker's resourceLimits";
  const given = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((text) =>
    /--max[-_]old[-_]space[-_]size/.test(text),
  );
  return given ? heapFlag : "V8's default";
}

/** Options of `memoryLimits`. */
export interface MemoryLimitsOptions {
  /** A limit of the caller's own for the resident memory of the process, in bytes. Default: none. */
  readonly configuredLimitBytes?: Bytes;
}

/**
 * The limits that hold for this process and thread now, tightest first. `heap` is V8's limit for this thread's heap, `cgroup` the lowest
 * limit of the process's control group and those above it (missing when there is none), `host` the machine's memory. Throws WT_INVALID_OPTION.
 */
export function memoryLimits(options?: MemoryLimitsOptions): readonly MemoryLimit[] {
  checkOptions('memoryLimits', options, { configuredLimitBytes: bytes });
  const host = platform.readHost();
  const limits: MemoryLimit[] = [
    { name: 'heap', bytes: getHeapStatistics().heap_size_limit, source: heapSource() },
    { name: 'host', bytes: host.totalBytes, source: platform.hostSource },
  ];
  const [group] = platform.readCgroups(host).toSorted((a, b) => a.limitBytes - b.limitBytes);
  if (group !== undefined) limits.push({ name: 'cgroup', bytes: group.limitBytes, source: group.source });
  if (options?.configuredLimitBytes !== undefined) {
    limits.push({ name: 'configured', bytes: options.configuredLimitBytes, source: 'configuredLimitBytes' });
  }
  return limits.sort((a, b) => a.bytes - b.bytes);
}

function use(limit: MemoryLimit, usedBytes: Bytes): MemoryUse {
  return { ...limit, usedBytes, share: limit.bytes > 0 ? usedBytes / limit.bytes : 1 };
}

/**
 * How much of each limit is used, highest share first. Inside a container that has a limit, the machine does not count: what others use of it
 * is not this program's concern. `only` names the limits that count; default: all.
 */
export function memoryUses(
  reading: MemoryReading,
  options: { readonly configuredLimitBytes?: Bytes | undefined; readonly only?: readonly LimitName[] | undefined } = {},
): readonly MemoryUse[] {
  const { cgroup, host } = reading;
  const uses = [use({ name: 'heap', bytes: reading.heapLimitBytes, source: heapSource() }, reading.heapUsedBytes)];
  if (cgroup !== null) uses.push(use({ name: 'cgroup', bytes: cgroup.limitBytes, source: cgroup.source }, cgroup.usedBytes));
  else
    uses.push(use({ name: 'host', bytes: host.totalBytes, source: platform.hostSource }, host.totalBytes - host.availableBytes));
  if (options.configuredLimitBytes !== undefined) {
    uses.push(use({ name: 'configured', bytes: options.configuredLimitBytes, source: 'configuredLimitBytes' }, reading.rssBytes));
  }
  return uses.filter(({ name }) => options.only?.includes(name) ?? true).sort((a, b) => b.share - a.share);
}
