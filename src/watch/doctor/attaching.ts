import { mayReadMemory } from '../attach/linux/state.ts';
import { systemProcessTable } from '../platform/index.ts';
import type { Finding } from './finding.ts';
import { degraded, off, works } from './finding.ts';

/** Whether programs that run already can be watched, and whether a handler of theirs for SIGUSR1 would be seen. */
export function attaching(): Finding {
  const feature = 'attach';
  if (!systemProcessTable().available) return off(feature, `no process file system on ${process.platform}`);
  if (mayReadMemory()) return works(feature);
  return degraded(
    feature,
    'kernel.yama.ptrace_scope keeps us from seeing whether a program has a handler of its own for SIGUSR1: --force is needed, or root',
  );
}
