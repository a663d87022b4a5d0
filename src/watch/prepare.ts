import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Milliseconds } from '../kernel/units.ts';
import { environment } from '../wire/index.ts';
import { agentFile } from './launch/agent-file.ts';
import { withPreload } from './launch/node-options.ts';
import { planPermission } from './launch/permission.ts';
import type { Voice } from './live/voice.ts';
import { liveRoots, makeLiveDirectory } from './places/live-directory.ts';
import type { LiveDirectory, Refusal } from './places/live-directory.ts';
import { runId } from './places/run-id.ts';
import type { WatchOptions } from './watch-options.ts';

/** What is launched, and where its data go; without `live` the program runs unwatched. */
export interface Prepared {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly live: LiveDirectory | undefined;
}

/** What the user set for the agent stays, but for what our own options say. */
function agentOptions(options: WatchOptions): string {
  const own: Readonly<Record<string, string>> = {
    mode: options.mode,
    gc: options.forcedCollections ? '1' : '0',
    ...(options.sampling ? {} : { sampling: '0' }),
    ...(options.maxPauseMs === undefined ? {} : { maxPauseMs: String(options.maxPauseMs) }),
  };
  const given = (options.env[environment.options] ?? '').split(',').filter((pair) => {
    const key = pair.split('=', 1)[0]?.trim() ?? '';
    return key !== '' && !Object.hasOwn(own, key);
  });
  return [...given, ...Object.entries(own).map(([key, value]) => `${key}=${value}`)].join(',');
}

function chooseDirectory(options: WatchOptions, startedAtMs: Milliseconds, voice: Voice): LiveDirectory | undefined {
  const refused: Refusal[] = [];
  const roots = [...liveRoots(options.env), join(options.cwd, '.watertight', 'live')];
  const taken = (id: string) => existsSync(join(options.reportRoot, id));
  const live = makeLiveDirectory(roots, runId(startedAtMs), taken, (refusal) => refused.push(refusal));
  const chosen = options.env[environment.directory];
  if (live === undefined) {
    voice.say(
      `nothing can be recorded, the program runs unwatched: ${refused.map(({ folder, why }) => `${folder}: ${why}`).join('; ')}`,
    );
  } else if (chosen && refused.length > 0) {
    voice.say(`${environment.directory} cannot be used (${refused[0]?.why ?? ''}); recording to ${dirname(live.path)}`);
  }
  return live;
}

/** Finds the agent and a directory for the data and changes command and environment accordingly. Says what stands in the way. */
export function prepare(options: WatchOptions, startedAtMs: Milliseconds, voice: Voice): Prepared {
  const unwatched: Prepared = { command: options.command, env: options.env, live: undefined };
  if (options.env[environment.off] === '1') {
    voice.say(`${environment.off}=1 is set: the program runs unwatched`);
    return unwatched;
  }
  const agent = agentFile(options.env);
  if (agent === undefined) {
    voice.say(
      'the agent is missing from this installation, the program runs unwatched: install watertight again (watertight doctor says more)',
    );
    return unwatched;
  }
  const live = chooseDirectory(options, startedAtMs, voice);
  if (live === undefined) return unwatched;
  const nodeOptions = options.env['NODE_OPTIONS'];
  const plan = planPermission(options.command, nodeOptions, { agent: dirname(agent), run: live.path });
  const env: NodeJS.ProcessEnv = { ...options.env, [environment.run]: live.path, [environment.options]: agentOptions(options) };
  if (plan.kind === 'stand-aside') {
    voice.say(`the program runs unwatched: ${plan.why}`);
    rmSync(live.path, { recursive: true, force: true });
    return unwatched;
  }
  if (plan.kind === 'widened')
    voice.say('the permission model is on: added leave to read the agent and to write the data of this run');
  const files = options.exactLines ? [join(dirname(agent), 'exact-lines.cjs'), agent] : [agent];
  env['NODE_OPTIONS'] = files.reduce(withPreload, nodeOptions ?? '');
  return { command: plan.kind === 'widened' ? plan.command : options.command, env, live };
}
