import type * as Inspector from 'node:inspector';
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
  /** Scripts whose allocations are no evidence. */
  readonly isWatcher: (url: string) => boolean;
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
export function startThreadSampler({ clock, intervalBytes, isWatcher }: ThreadSamplerOptions): HeapSampler {
  return startHeapSampler({
    inspector: inspector(),
    GCProfiler,
    intervalBytes,
    places: new Stacks(isWatcher),
    monotonic: () => clock.monotonic(),
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    memoryUsage: () => process.memoryUsage(),
    collect: () => void collectGarbage(),
  });
}
