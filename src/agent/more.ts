// Loaded by the entry once the event loop turns; Node 20 and later only.
import type * as Modules from 'node:module';
import type * as V8 from 'node:v8';
import { environment } from '../wire/records.ts';
import type { Agent } from './agent.ts';
import type { OwnedResources } from './owned.ts';
import type { Hunt, HuntSetting } from './hunt/modes.ts';
import { createCollectionLimits } from './more/collection-limits.ts';
import { answerQuestions } from './more/asked.ts';
import { countDescriptors } from './more/descriptors.ts';
import { watchDirectories } from './more/directories.ts';
import { forceCollections } from './more/forced-collections.ts';
import { watchKeepers } from './more/keepers.ts';
import { measureLoop } from './more/loop.ts';
import { watchCollections } from './more/natural-collections.ts';
import type { AgentOptions } from './more/options.ts';
import { parseOptions } from './more/options.ts';
import { watchCompressors } from './more/compressors.ts';
import { createPace } from './more/pace.ts';
import { countRequests } from './more/requests.ts';
import { mapSites } from './more/source-maps.ts';
import { createThinning } from './more/thinning.ts';
import { watchUntouched } from './more/untouched.ts';
import { recordCounts, recordSample } from './sample.ts';

/** What happens on every tick. */
interface Round {
  /** Brings rows and figures up to date and queues them. */
  readonly measure: () => void;
  /** What may be left out when the thread ends. */
  readonly extras: () => void;
  readonly map: (all: boolean) => void;
}

/** First flushes, and the least time before each; later ones each second. */
const firstFlushes = [
  { atMs: 50, afterMs: 10 },
  { atMs: 200, afterMs: 100 },
];
const everyMs = 1000;
/** After this time without a tick the file says why samples are missing. */
const gapMs = 5000;

function recordHeapLimit(agent: Agent): void {
  const v8 = require('v8') as typeof V8;
  agent.recorder.add(['h', agent.clock.elapsed(), v8.getHeapStatistics().heap_size_limit]);
}

/** For ES modules that were evaluated before us (`--import`); those that come later import what is there then. */
function updateImports(): void {
  const { syncBuiltinESMExports } = require('module') as typeof Modules;
  syncBuiltinESMExports();
}

type StartHunt = (agent: Agent, setting: HuntSetting) => Hunt;

interface HuntModule {
  readonly huntFromStart: StartHunt;
  readonly huntOnSuspicion: StartHunt;
}

/** Module hooks run in threads of node's own: nothing of the program is allocated there. */
function isHooksThread(agent: Agent): boolean {
  if (agent.isMainThread) return false;
  const threads = require('worker_threads') as { readonly parentPort: object | null; readonly isInternalThread?: boolean };
  return threads.isInternalThread === true || threads.parentPort === null;
}

/** Forced collections, or polls of sampled allocations in their place: never both for one purpose. Answers the function to call on each tick. */
function collectOrSample(agent: Agent, { options, mapping }: Omit<HuntSetting, 'limits'>): () => void {
  if (!options.gc) return () => undefined;
  const limits = createCollectionLimits(agent, options);
  const force = options.mode === 'light' ? () => undefined : forceCollections(agent, limits);
  if (!options.sampling || isHooksThread(agent)) return force;
  let hunt: Hunt | null = null;
  return () => {
    if (!hunt) {
      const { huntFromStart, huntOnSuspicion } = require(`${__dirname}/hunt.cjs`) as HuntModule;
      hunt = (options.mode === 'light' ? huntOnSuspicion : huntFromStart)(agent, { options, limits, mapping });
    }
    if (!hunt.tick()) force();
  };
}

function makeRound(agent: Agent, options: AgentOptions): Round {
  const readLoop = measureLoop(agent);
  const descriptors = countDescriptors(agent);
  const natural = watchCollections(agent);
  const mapping = mapSites(agent);
  const collect = collectOrSample(agent, { options, mapping });
  const keepers = watchKeepers(agent);
  const untouched = watchUntouched(agent);
  // It takes a good part of a microsecond for each request: too much for light mode.
  const requests = options.mode === 'light' ? () => undefined : countRequests(agent);
  const sweepPace = createPace(0.002, 0);
  const compressors = watchCompressors(agent, updateImports);
  const directories = watchDirectories(agent, updateImports);
  natural.resume();

  function sweep(): void {
    const now = agent.clock.elapsed();
    if (!sweepPace.due(now)) return;
    const from = agent.clock.monotonic();
    agent.rows.sweep();
    // What took longer waited for a busy machine.
    sweepPace.took(now, Math.min(agent.clock.monotonic() - from, 2 + agent.rows.size() * 0.002));
  }

  return {
    map: mapping.map,
    measure() {
      compressors();
      directories();
      sweep();
      agent.rows.flush();
      recordCounts(agent);
      requests();
      natural.pause();
      const loop = readLoop();
      keepers(loop.activePermille);
      untouched();
      recordSample(agent, descriptors(), loop);
    },
    extras() {
      collect();
      natural.resume();
    },
  };
}

/** Once a second, until recording stops. Timers are unref'd and node's own, whatever the program has put in their place. */
function keepTicking(agent: Agent, tick: () => boolean): void {
  let flushes = 0;

  function nextMs(isBusy: boolean): number {
    const now = agent.clock.elapsed();
    const first = firstFlushes[flushes];
    flushes += 1;
    if (first) return Math.max(first.atMs, now + first.afterMs);
    return isBusy ? now + 50 : (Math.floor(now / everyMs) + 1) * everyMs;
  }

  function schedule(isBusy: boolean): void {
    const next = nextMs(isBusy);
    const timer = agent.natives.setTimeout(
      () => {
        const from = agent.clock.monotonic();
        const late = agent.clock.elapsed() - next;
        if (late > gapMs)
          agent.recorder.note(
            'gap',
            `the thread was busy or stopped for ${Math.round(late / 1000)} s at ${Math.round(next / 1000)} s`,
          );
        let busy = false;
        agent.quietly(() => {
          busy = tick();
        });
        agent.clock.charge(from);
        if (!agent.recorder.stopped()) schedule(busy);
      },
      Math.max(next - agent.clock.elapsed(), 1),
    );
    timer.unref();
  }
  schedule(false);
}

export function start(agent: Agent, owned: OwnedResources): void {
  const options = parseOptions(process.env[environment.options]);
  const round = makeRound(agent, options);
  const thin = createThinning(agent, options.maxFileBytes);
  const answer = answerQuestions(agent, options, __dirname);
  // For registries that were there before us.
  agent.quietly(owned.follow);
  agent.quietly(updateImports);
  agent.quietly(() => recordHeapLimit(agent));
  agent.beforeEnd = () => agent.quietly(() => round.map(true));
  keepTicking(agent, () => {
    owned.reset();
    agent.quietly(round.measure);
    agent.quietly(() => round.map(false));
    agent.quietly(round.extras);
    agent.quietly(answer);
    if (options.debug) agent.recorder.add(['D', agent.clock.elapsed(), agent.rows.size(), agent.sites.size()]);
    agent.recorder.write();
    return thin();
  });
}

/** For programs that end before the first tick and have source maps of their own. */
export function mapAtEnd(agent: Agent): void {
  mapSites(agent).map(true);
}
