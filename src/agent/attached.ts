// Evaluated, as source text, in a program that already runs: `watertight attach` sends it through the inspector. Node 20 and later only.
import type { Agent } from './agent.ts';
import { quietly } from './agent.ts';
import { dataFileName } from '../wire/names.ts';
import { environment } from '../wire/records.ts';
import type { AttachSettings, Attached } from './attached/settings.ts';
import { recordEarlier } from './attached/earlier.ts';
import { sendingNatives } from './attached/sending.ts';
import { watchLease } from './attached/lease.ts';
import { recordSubscriptions } from './attached/subscriptions.ts';
import { stoppableRecorder, stoppableTimers } from './attached/stoppable.ts';
import { rememberFunctions } from './attached/undo.ts';
import { createClock } from './clock.ts';
import { watchTheEnd } from './ending.ts';
import { identify, makeHeader } from './header.ts';
import { takeNatives } from './natives.ts';
import { createOwnedResources } from './owned.ts';
import { watchEmitters } from './patches/emitters.ts';
import { patchFiles } from './patches/files.ts';
import { patchTimers } from './patches/timers.ts';
import { createRecorder } from './recorder.ts';
import { createRows } from './rows.ts';
import { recordCounts, recordSample } from './sample.ts';
import { createSites } from './sites.ts';
import { loadedMark } from './stand-aside.ts';

type Start = (agent: Agent, owned: ReturnType<typeof createOwnedResources>) => void;

function makeAgent(settings: AttachSettings, send: (text: string) => void): Agent & { readonly stops: (() => void)[] } {
  const timers = stoppableTimers(takeNatives());
  const { natives } = timers;
  const clock = createClock(natives);
  const { tid, kind } = identify(natives);
  const file = dataFileName(settings.pid, settings.start, tid);
  const writer = settings.directory === null ? sendingNatives(natives, send) : natives;
  const recorder = stoppableRecorder(createRecorder(writer, clock, `${settings.directory ?? ''}/${file}`));
  const sites = createSites(clock, recorder, settings.folder);
  return {
    natives,
    clock,
    recorder,
    sites,
    rows: createRows(natives, clock, recorder, sites),
    isMainThread: kind === 'main',
    beforeEnd: () => undefined,
    stops: [recorder.stop, timers.stop],
    quietly,
  };
}

/** What the rest of the agent reads its settings from stands there only while it starts: children of the program shall not inherit it. */
function withOptions(options: string, run: () => void): void {
  const before = process.env[environment.options];
  process.env[environment.options] = options;
  try {
    run();
  } finally {
    if (before === undefined) delete process.env[environment.options];
    else process.env[environment.options] = before;
  }
}

function patchAll(agent: Agent, settings: AttachSettings): void {
  const directory = settings.directory ?? `${settings.folder}/no-directory`;
  for (const patch of [
    () => patchTimers(agent),
    () => patchFiles(agent, directory),
    () => watchEmitters(agent),
    () => watchTheEnd(agent, `${settings.folder}/attached.cjs`),
  ]) {
    quietly(patch);
  }
}

/** The last records, as far as they make sense in a thread that goes on. */
function lastRecords(agent: Agent, why: string): void {
  quietly(() => agent.rows.sweep());
  quietly(agent.rows.flush);
  quietly(() => agent.beforeEnd());
  quietly(() => recordCounts(agent));
  quietly(() => recordSample(agent, null, null));
  agent.recorder.add(['d', agent.clock.elapsed(), why]);
  agent.recorder.write();
}

/** Begins to record in this thread. `start` is that of `more`. Throws what keeps it from recording. */
export function attach(settings: AttachSettings, start: Start, send: (text: string) => void): Attached {
  if (loadedMark in process) throw new Error('an agent is at work in this thread already');
  const agent = makeAgent(settings, send);
  const identity = { ...identify(agent.natives), pid: settings.pid, start: settings.start };
  agent.recorder.begin(makeHeader(identity, agent.clock.t0));
  if (agent.recorder.stopped()) throw new Error('WATERTIGHT_CANNOT_WRITE');
  const owned = createOwnedResources(agent);
  const restore = rememberFunctions();
  const unsubscribe = recordSubscriptions(() => {
    patchAll(agent, settings);
    restore.patched();
    quietly(() => recordEarlier(agent, owned, settings.ageMs));
    withOptions(settings.options, () => start(agent, owned));
  });
  Object.defineProperty(process, loadedMark, { value: owned.follow, configurable: true });
  let stopped = false;
  function stop(why: string): void {
    if (stopped) return;
    stopped = true;
    lastRecords(agent, why);
    for (const undo of [...agent.stops, unsubscribe, restore.restore]) quietly(undo);
    quietly(() => void delete (process as { [loadedMark]?: unknown })[loadedMark]);
  }
  const lease = watchLease(agent, settings, stop);
  agent.recorder.write();
  return { stop, keep: lease.keep, isStopped: () => stopped };
}
