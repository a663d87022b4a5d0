import type { Agent } from '../agent.ts';
import { createPace } from './pace.ts';

/** Counts the open descriptors of the process, as often as its cost allows (9 ms at 10 000); null when it did not. */
export function countDescriptors(agent: Agent): () => number | null {
  if (!agent.isMainThread || process.platform !== 'linux') return () => null;
  const pace = createPace(0.001, 900);
  return () => {
    const now = agent.clock.elapsed();
    if (!pace.due(now)) return null;
    const from = agent.clock.monotonic();
    try {
      return agent.natives.readdirSync('/proc/self/fd').length - 1; // less the one that reads the folder
    } catch {
      return null;
    } finally {
      pace.took(now, agent.clock.monotonic() - from);
    }
  };
}
