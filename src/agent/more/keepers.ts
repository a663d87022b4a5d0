import type { Agent } from '../agent.ts';
import { createPace } from './pace.ts';

const idlePermille = 200;

/** Queues which rows keep the event loop alive, when that changed and the loop is idle. Answers the function to call on each tick. */
export function watchKeepers(agent: Agent): (activePermille: number) => void {
  const pace = createPace(0.001, 900);
  let last = '';
  return (activePermille) => {
    const now = agent.clock.elapsed();
    if (activePermille > idlePermille || !pace.due(now)) return;
    const from = agent.clock.monotonic();
    const rows = agent.rows.referenced();
    const key = rows.join();
    if (key !== last) agent.recorder.add(['k', now, rows]);
    last = key;
    pace.took(now, agent.clock.monotonic() - from);
  };
}
