import { rmSync } from 'node:fs';
import type { Timer } from '../kernel/clock/index.ts';
import { systemClock } from '../kernel/clock/index.ts';
import { environment } from '../wire/index.ts';
import type { Context } from './context.ts';
import type { Launched } from './launch/launch.ts';
import { launch } from './launch/launch.ts';
import { SignalRelay } from './live/signals.ts';
import { makeVoice } from './live/voice.ts';
import { hasUnreportedRuns } from './past/live-runs.ts';
import { oomKills, systemProcessTable } from './platform/index.ts';
import { newRunFile } from './new-run-file.ts';
import { writeRunFile } from './places/run-file.ts';
import type { RunFile } from './places/run-file.ts';
import { prepare } from './prepare.ts';
import { statusOf } from './status.ts';
import type { WatchOptions, WatchResult } from './watch-options.ts';

function relayTo(context: Context, launched: Launched): SignalRelay {
  const { child } = launched;
  const relay = new SignalRelay(context.clock, {
    get running() {
      return child.exitCode === null && child.signalCode === null;
    },
    kill: (signal) => child.kill(signal),
  });
  relay.install();
  return relay;
}

/** Without data nothing is known of idleness or listening; the time can be kept all the same. */
function stopLater({ options, clock, voice }: Context, { child }: Launched): Timer | undefined {
  const { durationMs } = options;
  if (options.untilIdle === true || options.load !== undefined)
    voice.say('--until-idle and --load need a program that is watched: they are left out');
  return durationMs === undefined ? undefined : clock.schedule(durationMs, () => child.kill('SIGTERM'));
}

async function unwatched(context: Context, launched: Launched): Promise<WatchResult> {
  const timer = stopLater(context, launched);
  const ending = await launched.ended;
  timer?.cancel();
  const own = statusOf(ending, null);
  // Who turned watching off has said so; else a rule that was not checked must not pass for one that was kept.
  const unchecked = context.options.failOn.length > 0 && own.status === 0 && context.options.env[environment.off] !== '1';
  if (unchecked) context.voice.say('--fail-on could not be checked (exit status 125)');
  return unchecked ? { status: 125, reraise: null } : own;
}

/** Written before the start: should everything be killed in the next moment, the data can still be told. */
function keep(directory: string, run: RunFile): void {
  try {
    writeRunFile(directory, run);
  } catch {
    // A full disk: it is tried again once the program runs.
  }
}

function makeContext(options: WatchOptions): Context {
  const clock = options.clock ?? systemClock;
  const voice = makeVoice({ quiet: options.quiet, ...(options.log === undefined ? {} : { log: options.log }) });
  const table = systemProcessTable();
  return { options, clock, voice, table, startedAtMs: clock.now(), oomKillsBefore: oomKills(), failures: new Set() };
}

/** Most runs have no dead one before them: what tells of it is loaded only where there is something to tell. */
async function tellOfEarlierRuns({ options, voice, table }: Context): Promise<void> {
  if (!hasUnreportedRuns(options.env, options.cwd, table)) return;
  const { tellPreviousDeaths } = await import('./past/previous.ts');
  tellPreviousDeaths(options.env, options.cwd, voice);
}

/**
 * Runs a command under watch and resolves when it has ended, its report is written and its text is printed. Never rejects for
 * anything the program does; what keeps us from watching is said, and the program runs all the same.
 */
export async function watch(options: WatchOptions): Promise<WatchResult> {
  const context = makeContext(options);
  await tellOfEarlierRuns(context);
  const { command, env, live } = prepare(options, context.startedAtMs, context.voice);
  const run = newRunFile(context, live?.id ?? '');
  if (live) keep(live.path, run);
  const launched = await launch(command, options.cwd, env);
  if ('why' in launched) {
    if (live) rmSync(live.path, { recursive: true, force: true });
    makeVoice({}).say(`could not start "${options.command[0] ?? ''}": ${launched.why} (exit status ${launched.status})`);
    return { status: launched.status, reraise: null };
  }
  const relay = relayTo(context, launched);
  try {
    if (live === undefined) return await unwatched(context, launched);
    const { followRun } = await import('./follow.ts');
    return await followRun(context, { launched, directory: live.path, run, companion: relay.companion });
  } finally {
    relay.remove();
  }
}
