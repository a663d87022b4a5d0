import type { Natives } from './natives.ts';

/** Time of the data file, and what our own work has taken. */
export interface AgentClock {
  /** Milliseconds since the epoch at which the agent was loaded. */
  readonly t0: number;
  /** Whole milliseconds since then. */
  elapsed(): number;
  /** Milliseconds, not rounded, of a clock that never falls. */
  monotonic(): number;
  /** Adds the time since `from` (a value of `monotonic()`) to our own cost. */
  charge(from: number): void;
  /** Microseconds that our own callbacks have used so far. */
  ownUs(): number;
}

export function createClock(natives: Natives): AgentClock {
  const start = natives.monotonic();
  const t0 = natives.now();
  let own = 0;
  return {
    t0,
    elapsed: () => Math.round(natives.monotonic() - start),
    monotonic: natives.monotonic,
    charge(from) {
      own += natives.monotonic() - from;
    },
    ownUs: () => Math.round(own * 1e3),
  };
}
