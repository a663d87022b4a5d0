import type { Agent } from '../agent.ts';
import type { CollectionLimits } from '../more/collection-limits.ts';
import type { AgentOptions } from '../more/options.ts';
import { createSuspicion } from './suspicion.ts';
import type { Window } from './window.ts';
import { openWindow } from './window.ts';

/** Samples allocations in this thread. */
export interface Hunt {
  /** To be called on each tick. Answers whether it takes care of forced collections: a poll is one. */
  readonly tick: () => boolean;
}

/** What a mode decides: when a window begins, and when it has seen enough. */
interface Policy {
  /** Why a window shall begin now; null: not now. */
  readonly begin: (nowMs: number) => string | null;
  /** Why the window shall end; null: it goes on. */
  readonly end: (window: Window, nowMs: number) => string | null;
}

/** After somebody else ended our sampler: he is at work with it. */
const afterNeighbourMs = 60_000;

function sampleBy(policy: Policy, agent: Agent, options: AgentOptions, limits: CollectionLimits): Hunt {
  const { clock, recorder } = agent;
  let window: Window | null = null;
  let windows = 0;
  let notBefore = 0;

  function open(why: string): Window | null {
    windows += 1;
    try {
      return openWindow({ agent, limits, number: windows, intervalBytes: options.sampleBytes, why });
    } catch (error) {
      notBefore = Number.POSITIVE_INFINITY;
      recorder.note('skipped', `allocations are not sampled: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  function work(current: Window): void {
    current.tidy();
    const isGone = current.poll() === 'gone';
    if (isGone) notBefore = clock.elapsed() + afterNeighbourMs * windows;
    const why = isGone ? null : policy.end(current, clock.elapsed());
    if (why !== null) current.end(why);
    if (isGone || why !== null) window = null;
  }

  return {
    tick() {
      const now = clock.elapsed();
      if (!window) {
        const why = policy.begin(now);
        if (why !== null && now >= notBefore) window = open(why);
      }
      if (!window) return false;
      work(window);
      return true;
    },
  };
}

/** Samples from the start, until the thread ends. */
export function huntFromStart(agent: Agent, options: AgentOptions, limits: CollectionLimits): Hunt {
  return sampleBy({ begin: () => 'hunt', end: () => null }, agent, options, limits);
}

const enoughPolls = 20;
const longestMs = 600_000;
const firstRestMs = 120_000;
const longestRestMs = 3_600_000;

/** Samples on suspicion, for 20 polls; between windows there is a rest that doubles each time, from 2 minutes to an hour. */
export function huntOnSuspicion(agent: Agent, options: AgentOptions, limits: CollectionLimits): Hunt {
  const suspicion = createSuspicion();
  let beganMs = 0;
  let restMs = firstRestMs;
  let restUntilMs = 0;
  const policy: Policy = {
    begin(nowMs) {
      const why = suspicion.look(nowMs);
      if (why === null || nowMs < restUntilMs || limits.isTooLarge()) return null;
      beganMs = nowMs;
      return why;
    },
    end(window, nowMs) {
      const isEnough = window.polls() >= enoughPolls;
      if (!isEnough && nowMs - beganMs < longestMs) return null;
      restUntilMs = nowMs + restMs;
      restMs = Math.min(restMs * 2, longestRestMs);
      suspicion.forget();
      return isEnough ? `${enoughPolls} polls are enough` : `it lasted ${longestMs / 60_000} minutes`;
    },
  };
  return sampleBy(policy, agent, options, limits);
}
