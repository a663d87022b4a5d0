import type { Clock } from '../kernel/clock/index.ts';
import type { Bytes } from '../kernel/units.ts';
import { Meter } from './meter.ts';

/** Bytes that this thread's heap allocated while the task ran. Rejects with what it throws. */
export async function allocatedWhile(clock: Clock, task: () => Promise<void>): Promise<Bytes> {
  const meter = new Meter(clock);
  const from = meter.begin('seldom');
  try {
    await task();
    return Math.max(0, meter.now(from).mark.allocatedBytes - from.allocatedBytes);
  } finally {
    meter.end(from);
  }
}
