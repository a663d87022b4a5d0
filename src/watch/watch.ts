import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock, Timer } from '../kernel/clock/index.ts';
import { systemClock } from '../kernel/clock/index.ts';
import { environment, redactArgv } from '../wire/index.ts';
import type { RunData } from './assemble/run-data.ts';
import { assembleReport } from './assemble/report.ts';
import { deliver } from './end/deliver.ts';
import { findLeftProcesses } from './end/left-processes.ts';
import type { Ending, Launched } from './launch/launch.ts';
import { launch } from './launch/launch.ts';
import { NotableLines } from './live/notable-lines.ts';
import { ProcessTree } from './live/process-tree.ts';
import { SignalRelay } from './live/signals.ts';
import type { Voice } from './live/voice.ts';
import { makeVoice } from './live/voice.ts';
import { runLimits } from './limits.ts';
import { markTold, tellPreviousDeaths } from './past/previous.ts';
import { removeStaleRuns } from './past/stale.ts';
import type { RunFile } from './places/run-file.ts';
import { oomKills, systemProcessTable } from './platform/index.ts';
import type { ProcessTable } from './platform/index.ts';
import type { Prepared } from './prepare.ts';
import { prepare } from './prepare.ts';
import { Session, sessionData } from './session.ts';
import { statusOf } from './status.ts';
import type { WatchOptions, WatchResult } from './watch-options.ts';
import { commandText } from './words.ts';

/** Pauses between looks at the run: short at first, so that what ends soon is seen. */
const pauses = [100, 200, 400];
const pollMs = 1_000;

interface Context {
  readonly options: WatchOptions;
  readonly clock: Clock;
  readonly voice: Voice;
  readonly table: ProcessTable;
  readonly startedAtMs: number;
  readonly oomKillsBefore: number | undefined;
  /** What went wrong while we looked: told at the end, once. */
  readonly failures: Set<string>;
}

function runFile(context: Context, id: string, pid: number): RunFile {
  const { options, table } = context;
  const start = (of: number) => table.read(of)?.start ?? 0;
  return {
    version: 1,
    id,
    command: redactArgv(options.command),
    cwd: options.cwd,
    startedAtMs: context.startedAtMs,
    mode: options.mode,
    options: {
      forcedCollections: options.forcedCollections,
      reap: options.reap,
      quiet: options.quiet,
      failOn: options.failOn.join(','),
    },
    reportRoot: options.reportRoot,
    supervisor: { pid: process.pid, start: start(process.pid) },
    program: { pid, start: start(pid) },
    space: table.space ?? null,
    limits: runLimits(),
    end: null,
  };
}

/** Calls until cancelled. The timers do not keep us alive: the child does. */
function repeatedly(clock: Clock, tick: () => void): { cancel(): void } {
  let timer: Timer;
  let count = 0;
  const again = () => {
    timer = clock.schedule(pauses[count] ?? pollMs, () => {
      count += 1;
      tick();
      again();
    });
  };
  again();
  return { cancel: () => timer.cancel() };
}

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

async function unwatched(context: Context, launched: Launched): Promise<WatchResult> {
  const relay = relayTo(context, launched);
  const ending = await launched.ended;
  relay.remove();
  const own = statusOf(ending, null);
  // Who turned watching off has said so; else a rule that was not checked must not pass for one that was kept.
  const unchecked = context.options.failOn.length > 0 && own.status === 0 && context.options.env[environment.off] !== '1';
  if (unchecked) context.voice.say('--fail-on could not be checked (exit status 125)');
  return unchecked ? { status: 125, reraise: null } : own;
}

/** A failure of ours must not take the supervisor away from a program that runs. */
function look(context: Context, session: Session, lines: NotableLines): void {
  try {
    session.poll();
    lines.poll();
  } catch (error) {
    context.failures.add(error instanceof Error ? error.message : String(error));
  }
}

interface Followed {
  readonly ending: Ending;
  /** What we used while the program ran. */
  readonly supervisor: NonNullable<RunData['supervisor']>;
}

function killsSince(before: number | undefined): number | null {
  const now = oomKills();
  return before === undefined || now === undefined ? null : now - before;
}

/** Follows the run until its program has ended. */
async function follow(context: Context, session: Session, ended: Promise<Ending>): Promise<Followed> {
  const before = process.cpuUsage();
  const lines = new NotableLines(session, context.voice);
  session.rss.start();
  const ticker = repeatedly(context.clock, () => look(context, session, lines));
  const ending = await ended;
  ticker.cancel();
  for (const failure of context.failures) context.voice.say(`while watching: ${failure}`);
  session.rss.stop();
  const { user, system } = process.cpuUsage(before);
  const supervisor = { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() };
  session.update({
    end: { atMs: context.clock.now(), code: ending.code, signal: ending.signal, oomKills: killsSince(context.oomKillsBefore) },
  });
  return { ending, supervisor };
}

function nothingSeen(context: Context, ending: Ending): string {
  const [program = ''] = context.options.command;
  const said = commandText(redactArgv(context.options.command));
  const how = ending.signal === null ? `with status ${ending.code ?? 0}` : `by ${ending.signal}`;
  if (/^node(js)?$/.test(basename(program))) {
    return ending.code === 0
      ? `${said} ended before the agent could connect; there was nothing to watch`
      : `${said} ended at once ${how}, before the agent could connect; its own output is above`;
  }
  const passed =
    ending.signal === null ? `its exit status ${ending.code ?? 0} is passed on` : `its end by ${ending.signal} is passed on`;
  return `"${said}" started no Node process; there was nothing to watch (${passed})`;
}

/** Assembles and delivers the report and answers with the status that it led to. */
async function conclude(context: Context, session: Session, { ending, supervisor }: Followed): Promise<WatchResult> {
  const { options, voice, table, clock } = context;
  const leftProcesses = await findLeftProcesses({
    table,
    tree: session.tree,
    clock,
    directory: session.directory,
    reap: options.reap,
  });
  session.poll();
  const data = sessionData(session, { leftProcesses, failOn: options.failOn, supervisor });
  if (data.threads.length === 0 && data.unreadable.length === 0 && leftProcesses.length === 0) {
    voice.say(nothingSeen(context, ending));
    rmSync(session.directory, { recursive: true, force: true });
    return statusOf(ending, null);
  }
  const report = assembleReport(data);
  if (deliver(report, options, voice)) rmSync(session.directory, { recursive: true, force: true });
  else {
    voice.say(`its data are kept in ${session.directory}`);
    markTold(session.directory);
  }
  return statusOf(ending, report.verdict);
}

/** A failure of ours is said; it changes the program's status only where a rule was to be checked and could not be. */
async function concludeSafely(context: Context, session: Session, followed: Followed): Promise<WatchResult> {
  try {
    return await conclude(context, session, followed);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    context.voice.say(`the report could not be made: ${said}; the data are in ${session.directory}`);
    const own = statusOf(followed.ending, null);
    return context.options.failOn.length > 0 && own.status === 0 ? { status: 125, reraise: null } : own;
  }
}

async function watched(
  context: Context,
  launched: Launched,
  prepared: Prepared & { readonly live: NonNullable<Prepared['live']> },
): Promise<WatchResult> {
  const relay = relayTo(context, launched);
  const { table, clock, voice, options } = context;
  const run = runFile(context, prepared.live.id, launched.pid);
  const root = { pid: launched.pid, start: run.program?.start ?? 0 };
  const tree = new ProcessTree(table, root, new Set([process.pid, relay.companion ?? 0]));
  const session = new Session({ directory: prepared.live.path, run, tree, table, clock });
  session.update({});
  voice.say(`watching ${commandText(run.command)} (pid ${launched.pid}, ${options.mode} mode)`);
  const followed = await follow(context, session, launched.ended);
  try {
    return await concludeSafely(context, session, followed);
  } finally {
    relay.remove();
  }
}

/**
 * Runs a command under watch and resolves when it has ended, its report is written and its text is printed. Never rejects for
 * anything the program does; what keeps us from watching is said, and the program runs all the same.
 */
export async function watch(options: WatchOptions): Promise<WatchResult> {
  const clock = options.clock ?? systemClock;
  const voice = makeVoice({ quiet: options.quiet, ...(options.log === undefined ? {} : { log: options.log }) });
  const table = systemProcessTable();
  const startedAtMs = clock.now();
  const context: Context = { options, clock, voice, table, startedAtMs, oomKillsBefore: oomKills(), failures: new Set() };
  tellPreviousDeaths(options.env, options.cwd, voice);
  removeStaleRuns(options.env, clock, table);
  const prepared = prepare(options, startedAtMs, voice);
  const launched = await launch(prepared.command, options.cwd, prepared.env);
  if ('why' in launched) {
    if (prepared.live) rmSync(prepared.live.path, { recursive: true, force: true });
    makeVoice({}).say(`could not start "${options.command[0] ?? ''}": ${launched.why} (exit status ${launched.status})`);
    return { status: launched.status, reraise: null };
  }
  return prepared.live === undefined
    ? unwatched(context, launched)
    : watched(context, launched, { ...prepared, live: prepared.live });
}
