import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

/** The files in which the kernel counts kills for want of memory, version 2 first, of this process's own group. */
function counters(): readonly string[] {
  const groups = (read('/proc/self/cgroup') ?? '').trim().split('\n');
  return groups.flatMap((line) => {
    const [, controllers = '', path = '/'] = line.split(':');
    if (controllers === '') return [join(root, path, 'memory.events'), join(root, 'memory.events')];
    if (!controllers.split(',').includes('memory')) return [];
    return [join(root, 'memory', path, 'memory.oom_control'), join(root, 'memory/memory.oom_control')];
  });
}

/** How many processes of our memory control group the kernel has killed for want of memory; undefined where it does not say. */
export function oomKills(): number | undefined {
  for (const file of counters()) {
    const found = /^oom_kill (\d+)$/m.exec(read(file) ?? '');
    if (found) return Number(found[1]);
  }
  return undefined;
}
