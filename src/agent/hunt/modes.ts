import type { HeapSampler } from '../../profile/sampling/index.ts';
import type { Agent } from '../agent.ts';
import type { CollectionLimits } from '../more/collection-limits.ts';
import type { AgentOptions } from '../more/options.ts';
import type { Mapping } from '../more/source-maps.ts';
import { beforeTheySample } from './give-way.ts';
import { sampleBuffers } from './buffers.ts';
import { suspectExternal, suspectHeap } from './suspicion.ts';
import type { PollResult, Window } from './window.ts';
import { recordPlaces } from './places.ts';
import { openWindow } from './window.ts';
import { coarser } from './coarser.ts';

/** Samples allocations in this thread. */
export interface Hunt {
  /** To be called on each tick. Answers whether it takes care of forced collections: a poll is one. */
  readonly tick: () => boolean;
}

/** What sampling goes by. */
export interface HuntSetting {
  readonly options: AgentOptions;
  readonly limits: CollectionLimits;
  readonly mapping: Mapping;
}

/** What a mode decides: when a window begins, and when it has seen enough. */
interface Policy {
  /** Whether memory outside of the heap is sampled as long as a window is open, and not only where it grows. */
  readonly samplesBuffers: boolean;
  /** Why a window shall begin now; null: not now. `external`: why memory outside of the heap is suspicious. */
  readonly begin: (nowMs: number, external: string | null) => string | null;
  /** Why the window shall end; null: it goes on. */
  readonly end: (window: Window, nowMs: number) => string | null;
}

/** After somebody else ended our sampler: he is at work with it. */
const afterNeighbourMs = 60_000;

// oxlint-disable-next-line max-lines-per-function -- a factory of small functions that share their state
function sampleBy(policy: Policy, agent: Agent, setting: HuntSetting): Hunt {
  const { clock, recorder } = agent;
  const { options, limits, mapping } = setting;
  let window: Window | null = null;
  let windows = 0;
  let notBefore = 0;
  let givesWay = false;
  let intervalBytes = options.sampleBytes;
  const definitions = recordPlaces(agent, mapping);
  const external = suspectExternal(agent);
  const buffers = sampleBuffers(agent, definitions, () => (windows += 1));

  /** The program's own sampler must be as it would be without us. */
  function giveWay(): void {
    if (window?.sampler.whose !== 'own') return;
    window.end('the program samples by itself');
    window = null;
  }

  function open(why: string, sampler?: HeapSampler): Window | null {
    windows += 1;
    try {
      if (!givesWay) beforeTheySample(giveWay);
      givesWay = true;
      return openWindow({ agent, limits, definitions, number: windows, intervalBytes, why, sampler });
    } catch (error) {
      notBefore = Number.POSITIVE_INFINITY;
      recorder.note('skipped', `allocations are not sampled: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  function close(why: string): void {
    buffers.end(why);
    window = null;
  }

  /** Where it takes too many samples, a window with a longer interval takes its place. */
  function coarsen(current: Window): boolean {
    const { sampler, pace, why } = current;
    const next = sampler.whose === 'own' ? coarser(pace, intervalBytes, options.mostSampleBytes) : null;
    if (next === null) return false;
    intervalBytes = next.intervalBytes;
    current.end(next.why);
    // The one that begins is not taken for the program's own.
    window = null;
    window = open(why);
    return true;
  }

  function polled(current: Window, result: PollResult): void {
    if (result === 'ended') {
      notBefore = clock.elapsed() + afterNeighbourMs * windows;
      return close('there are no polls any more');
    }
    if (result === 'restarted') {
      window = open('a neighbour took over', current.sampler);
      return;
    }
    if (result === 'polled') agent.quietly(() => buffers.poll());
    if (coarsen(current)) return;
    const why = current.sampler.mayEnd ? policy.end(current, clock.elapsed()) : null;
    if (why === null) return;
    current.end(why);
    close(why);
  }

  /** What fails once would fail each second. */
  function safely(current: Window, run: () => void): void {
    try {
      run();
    } catch (error) {
      notBefore = Number.POSITIVE_INFINITY;
      const reason = error instanceof Error ? error.message : String(error);
      recorder.note('skipped', `allocations are not sampled any more: ${reason}`);
      current.end(reason);
      close(reason);
    }
  }

  function work(current: Window): void {
    safely(current, () => {
      current.tidy();
      current.poll((take) => safely(current, () => polled(current, take())));
    });
  }

  return {
    tick() {
      const now = clock.elapsed();
      const growing = external.look(now);
      if (!window) {
        const why = policy.begin(now, growing);
        if (why !== null && now >= notBefore) window = open(why);
      }
      if (!window) return false;
      if (policy.samplesBuffers || growing !== null) buffers.begin();
      work(window);
      return true;
    },
  };
}

/** Samples from the start, until the thread ends. */
export function huntFromStart(agent: Agent, setting: HuntSetting): Hunt {
  return sampleBy({ samplesBuffers: true, begin: () => 'hunt', end: () => null }, agent, setting);
}

const enoughPolls = 20;
const longestMs = 600_000;
const firstRestMs = 120_000;
const longestRestMs = 3_600_000;

/** Samples on suspicion, for 20 polls; between windows there is a rest that doubles each time, from 2 minutes to an hour. */
export function huntOnSuspicion(agent: Agent, setting: HuntSetting): Hunt {
  const heap = suspectHeap();
  let beganMs = 0;
  let restMs = firstRestMs;
  let restUntilMs = 0;
  // Unless it turns out that a neighbour samples already.
  setting.limits.expect('beside');
  const policy: Policy = {
    samplesBuffers: false,
    begin(nowMs, external) {
      const why = heap.look(nowMs) ?? external;
      if (why === null || nowMs < restUntilMs || setting.limits.isTooLarge()) return null;
      beganMs = nowMs;
      return why;
    },
    end(window, nowMs) {
      const isEnough = window.pace.polls >= enoughPolls;
      if (!isEnough && nowMs - beganMs < longestMs) return null;
      restUntilMs = nowMs + restMs;
      restMs = Math.min(restMs * 2, longestRestMs);
      heap.forget();
      return isEnough ? `${enoughPolls} polls are enough` : `it lasted ${longestMs / 60_000} minutes`;
    },
  };
  return sampleBy(policy, agent, setting);
}
