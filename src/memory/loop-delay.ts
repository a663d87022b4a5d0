import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { IntervalHistogram } from 'node:perf_hooks';
import type { Milliseconds } from '../kernel/units.ts';
import type { LoopDelay } from './types.ts';

/** At 10 ms the measuring costs 0.4 % of a core, at 100 ms 0.05 %. */
const resolutionMs: Milliseconds = 100;
const nanoseconds = 1e6;

/** Measures how late the timers of this thread's event loop run. Does not keep the process alive. */
export class LoopDelayGauge {
  #histogram: IntervalHistogram | null = null;

  start(): void {
    if (this.#histogram !== null) return;
    this.#histogram = monitorEventLoopDelay({ resolution: resolutionMs });
    this.#histogram.enable();
  }

  stop(): void {
    this.#histogram?.disable();
    this.#histogram = null;
  }

  /** Since the call before; `null` when it is stopped or nothing was measured. Node records the whole interval, so its length is taken off. */
  take(): LoopDelay | null {
    const histogram = this.#histogram;
    if (histogram === null || histogram.count === 0) return null;
    const late = (value: number): Milliseconds => Math.max(0, value / nanoseconds - resolutionMs);
    const delay = { meanMs: late(histogram.mean), maxMs: late(histogram.max) };
    histogram.reset();
    return delay;
  }
}
