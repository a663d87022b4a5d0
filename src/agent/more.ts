// Loaded by the entry on the first turn of the event loop; Node 20 and later only.
import type { Agent } from './agent.ts';
import { recordCounts, recordSample } from './sample.ts';

/** Flushes at 50 ms, 200 ms, then each second. */
const firstFlushesMs = [50, 200];

export function start(agent: Agent, hooks: { reset(): void }): void {
  function tick(): void {
    const from = agent.clock.monotonic();
    agent.quietly(() => {
      hooks.reset();
      agent.rows.sweep();
      agent.rows.flush();
      recordCounts(agent);
      recordSample(agent, null, null);
      agent.recorder.write();
    });
    agent.clock.charge(from);
    if (!agent.recorder.stopped()) schedule();
  }
  function schedule(): void {
    const now = agent.clock.elapsed();
    const next = firstFlushesMs.find((ms) => ms > now + 5) ?? (Math.floor(now / 1000) + 1) * 1000;
    agent.natives.setTimeout(tick, Math.max(next - now, 1)).unref();
  }
  schedule();
}
