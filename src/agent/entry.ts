// Preloaded into programs that nobody changed for us: everything stands in functions, nothing is loaded before
// `standsAside` has agreed, and nothing that is thrown here reaches the program.
import type { Agent } from './agent.ts';
import { quietly } from './agent.ts';
import { dataFileName } from '../wire/names.ts';
import { environment } from '../wire/records.ts';
import { createClock } from './clock.ts';
import { watchTheEnd } from './ending.ts';
import { identify, makeHeader } from './header.ts';
import type { ThreadIdentity } from './header.ts';
import { takeNatives } from './natives.ts';
import type { OwnedResources } from './owned.ts';
import { createOwnedResources } from './owned.ts';
import { patchFiles } from './patches/files.ts';
import { watchEmitters } from './patches/emitters.ts';
import { patchTimers } from './patches/timers.ts';
import { createRecorder } from './recorder.ts';
import { createRows } from './rows.ts';
import { createSites } from './sites.ts';
import { loadedMark, standsAside } from './stand-aside.ts';

interface MoreModule {
  readonly start: (agent: Agent, owned: OwnedResources) => void;
  readonly mapAtEnd: (agent: Agent) => void;
}

const ownFile = __filename;
const ownFolder = __dirname;
const firstTickMs = 20;

function makeAgent(
  directory: string,
  parts: { natives: Agent['natives']; clock: Agent['clock']; file: string; isMainThread: boolean },
): Agent {
  const { natives, clock } = parts;
  const recorder = createRecorder(natives, clock, `${directory}/${parts.file}`);
  const sites = createSites(clock, recorder, ownFolder);
  return {
    natives,
    clock,
    recorder,
    sites,
    rows: createRows(natives, clock, recorder, sites),
    isMainThread: parts.isMainThread,
    beforeEnd: () => undefined,
    quietly,
  };
}

function patchAll(agent: Agent, directory: string): void {
  for (const patch of [
    () => patchTimers(agent),
    () => patchFiles(agent, directory),
    () => watchEmitters(agent),
    () => watchTheEnd(agent, ownFile),
  ]) {
    quietly(patch);
  }
}

interface OwnRunModule {
  readonly makeOwnRun: (natives: Agent['natives'], now: number, start: number) => string;
}

/** Directory of the run: that of the supervisor, else one of our own. `undefined`: a worker whose environment was replaced. */
function runDirectory(natives: Agent['natives'], identity: ThreadIdentity, now: number): string | undefined {
  const given = process.env[environment.run];
  if (given || identity.kind !== 'main') return given;
  return (require(`${ownFolder}/own-run.cjs`) as OwnRunModule).makeOwnRun(natives, now, identity.start);
}

function more(): MoreModule {
  return require(`${ownFolder}/more.cjs`) as MoreModule;
}

/**
 * The rest of the agent is loaded once the event loop turns: programs that end at once never pay for it. The timer itself is set
 * after the program's first lines, since node's timers are slow the first time.
 */
function loadMore(agent: Agent, owned: OwnedResources): void {
  const load = (): void => {
    const from = agent.clock.monotonic();
    quietly(() => more().start(agent, owned));
    agent.clock.charge(from);
  };
  process.nextTick(() => quietly(() => void agent.natives.setTimeout(load, firstTickMs).unref()));
  agent.beforeEnd = () => {
    const { sourceMapsEnabled } = process as { readonly sourceMapsEnabled?: boolean };
    if (sourceMapsEnabled === true && agent.rows.size() > 0) more().mapAtEnd(agent);
  };
}

function start(): void {
  const natives = takeNatives();
  const clock = createClock(natives);
  const from = clock.monotonic();
  const identity = identify(natives);
  const directory = runDirectory(natives, identity, clock.t0);
  if (!directory) return;
  const file = dataFileName(identity.pid, identity.start, identity.tid);
  const agent = makeAgent(directory, { natives, clock, file, isMainThread: identity.kind === 'main' });
  const owned = createOwnedResources(agent);
  Object.defineProperty(process, loadedMark, { value: owned.follow, configurable: true });
  agent.recorder.begin(makeHeader(identity, clock.t0));
  if (agent.recorder.stopped()) return;
  patchAll(agent, directory);
  loadMore(agent, owned);
  clock.charge(from);
}

quietly(() => {
  if (!standsAside()) start();
});
