import type * as V8 from 'node:v8';
import type { Agent } from '../agent.ts';

/** Changes by less are not told. */
const leastBytes = 262_144;

/** Tells how much of the heap is reserved, and was never written to: it counts as the heap's, but is not resident. Answers the function to call on each tick. */
export function watchUntouched(agent: Agent): () => void {
  const { getHeapStatistics } = require('v8') as typeof V8;
  let told = 0;
  return () => {
    const { total_heap_size: reserved, total_physical_size: resident } = getHeapStatistics();
    const untouched = Math.max(0, reserved - resident);
    if (Math.abs(untouched - told) < leastBytes) return;
    told = untouched;
    agent.recorder.add(['u', agent.clock.elapsed(), untouched]);
  };
}
