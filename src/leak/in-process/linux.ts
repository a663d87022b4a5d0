import { readFileSync, readdirSync } from 'node:fs';

function quietly<R>(read: () => R): R | null {
  try {
    return read();
  } catch {
    // Not offered by this kernel, or forbidden.
    return null;
  }
}

/** Open descriptors of this process, less the one that looking takes. */
export function descriptors(): number | null {
  return quietly(() => readdirSync('/proc/self/fd').length - 1);
}

export function threads(): number | null {
  const found = quietly(() => /^Threads:\s*(\d+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]);
  return found == null ? null : Number(found);
}
