/** Memory as a share of its limits, and the collector. */
import type { MemoryInfo, MemoryLimit } from '../../wire/report.ts';
import { formatBytes, formatBytesOf, formatCount, formatCounted, formatDuration, formatShare } from '../../kernel/format.ts';

const limitNames: Readonly<Record<string, string>> = {
  heap: 'heap limit',
  cgroup: 'container limit',
  host: 'memory of the host',
  configured: 'configured limit',
};

export function limitName(name: string): string {
  return limitNames[name] ?? name;
}

/** What a share of a limit is a share of, in brackets: `container`, `--max-old-space-size`. */
export function limitShort(limit: MemoryLimit): string {
  if (limit.name === 'heap') return limit.source === '' ? 'heap limit' : limit.source;
  return limit.name === 'cgroup' ? 'container' : limit.name;
}

/** The tightest limit of the whole process, which RSS is measured against. */
export function limitOfRss(memory: MemoryInfo): MemoryLimit | undefined {
  return memory.limits.filter((limit) => limit.name !== 'heap').sort((a, b) => a.bytes - b.bytes)[0];
}

export function limitOfHeap(memory: MemoryInfo): MemoryLimit | undefined {
  return memory.limits.find((limit) => limit.name === 'heap');
}

export function usedOf(value: number, limit: MemoryLimit | undefined): string {
  return limit === undefined ? formatBytes(value) : `${formatBytesOf(value, limit.bytes)} (${limitShort(limit)})`;
}

/** `41 full collections (38 ours), 1.2 % of the time, longest 38 ms` */
export function collectorPhrase(gc: MemoryInfo['gc']): string {
  const parts = [
    gc.forced > 0
      ? `${formatCounted(gc.full, 'full collection')} (${formatCount(gc.forced)} ours)`
      : formatCounted(gc.full, 'full collection'),
    gc.share === null ? null : `${formatShare(gc.share)} of the time`,
    gc.longestMs === null ? null : `longest ${formatDuration(gc.longestMs)}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}
