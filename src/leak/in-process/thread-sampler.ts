import type * as Inspector from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { GCProfiler } from 'node:v8';
import type { Clock } from '../../kernel/clock/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import type { Bytes } from '../../kernel/units.ts';
import { collectGarbage } from '../../memory/index.ts';
import { Stacks, startHeapSampler } from '../../profile/sampling/index.ts';
import type { HeapSampler } from '../../profile/sampling/index.ts';

export interface ThreadSamplerOptions {
  readonly clock: Clock;
  readonly intervalBytes: Bytes;
}

/** Folders of this package that work while a thread is watched; runners name a script by its path or its URL. */
const own: readonly string[] = ['testing/', 'leak/', 'profile/', 'memory/', 'kernel/'].flatMap((folder) => {
  const url = new URL(`../../${folder}`, import.meta.url);
  return [url.href, fileURLToPath(url)];
});

/** What these allocate is no evidence. */
function isOwn(url: string): boolean {
  return own.some((folder) => url.startsWith(folder));
}

/** A Node without an inspector throws when asked for it. */
function inspector(): Pick<typeof Inspector, 'Session'> {
  try {
    return process.getBuiltinModule('node:inspector');
  } catch (cause) {
    throw new WatertightError('WT_NOT_AVAILABLE', 'this Node has no inspector: allocations cannot be sampled', { cause });
  }
}

/** Samples allocations in this thread; beside somebody who samples already, theirs are read. Throws WT_NOT_AVAILABLE. */
export function startThreadSampler({ clock, intervalBytes }: ThreadSamplerOptions): HeapSampler {
  return startHeapSampler({
    inspector: inspector(),
    GCProfiler,
    intervalBytes,
    places: new Stacks(isOwn),
    monotonic: () => clock.monotonic(),
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    memoryUsage: () => process.memoryUsage(),
    collect: () => void collectGarbage(),
  });
}
