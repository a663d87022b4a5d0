import type * as PerfHooks from 'node:perf_hooks';
import type { Agent } from '../agent.ts';
import type { LoopFigures } from '../sample.ts';

/** Delays of the event loop are measured with this grain. */
const grainMs = 100;

/** How busy the event loop was, and its longest delay, since the last reading. */
export function measureLoop(agent: Agent): () => LoopFigures {
  const { performance, monitorEventLoopDelay } = require('perf_hooks') as typeof PerfHooks;
  const utilization = performance.eventLoopUtilization;
  const delays = monitorEventLoopDelay({ resolution: grainMs });
  delays.enable();
  agent.stops?.push(() => void delays.disable());
  let last = utilization();
  return () => {
    const now = utilization();
    const { utilization: share } = utilization(now, last);
    last = now;
    const delayMaxUs = delays.count > 0 ? Math.max(0, Math.round(delays.max / 1e3 - grainMs * 1e3)) : null;
    delays.reset();
    return { activePermille: Math.round(share * 1e3) || 0, delayMaxUs };
  };
}
