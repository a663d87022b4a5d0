import { formatBytes } from '../kernel/format.ts';
import type { Bytes } from '../kernel/units.ts';

const limitNames: Readonly<Record<string, string>> = {
  heap: 'the heap limit',
  cgroup: "the container's limit",
  host: "the host's memory",
  configured: 'the configured limit',
};

/** `the heap limit of 256 MB`. */
export function sayLimit(limit: { readonly name: string; readonly bytes: Bytes }): string {
  return `${limitNames[limit.name] ?? `the limit "${limit.name}"`} of ${formatBytes(limit.bytes)}`;
}
