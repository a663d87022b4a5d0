import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock, until } from '../../kernel/clock/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import { formatDuration } from '../../kernel/format.ts';
import { ProcessTree } from '../../kernel/processes/index.ts';
import { redactArgv } from '../../wire/index.ts';
import { assembleReport } from '../assemble/report.ts';
import type { Context } from '../context.ts';
import { deliver } from '../end/deliver.ts';
import { agentFile } from '../launch/agent-file.ts';
import { runLimits } from '../limits.ts';
import { NotableLines } from '../live/notable-lines.ts';
import { makeVoice } from '../live/voice.ts';
import { markTold } from '../past/live-runs.ts';
import { liveRoots, makeLiveDirectory } from '../places/live-directory.ts';
import type { LiveDirectory } from '../places/live-directory.ts';
import type { RunFile } from '../places/run-file.ts';
import { runId } from '../places/run-id.ts';
import { isRunning, oomKills, systemProcessTable } from '../platform/index.ts';
import { Session, sessionData } from '../session.ts';
import { statusOfRules } from '../status.ts';
import type { WatchOptions } from '../watch-options.ts';
import { commandText } from '../words.ts';
import type { AttachOptions } from './attach-options.ts';
import { Connection } from './connection.ts';
import type { Way } from './connection.ts';
import { agentSources } from './injection.ts';
import { Inspector } from './inspector.ts';
import { joinRun, runOfProcess } from './join-run.ts';
import { Lease } from './lease.ts';
import { refuseLauncher } from './launcher.ts';
import type { Loaded } from './loading.ts';
import { openInspector } from './open-inspector.ts';
import { portsOf } from './linux/ports.ts';
import { Signalled } from './signalled.ts';
import { findTarget } from './linux/target.ts';
import type { Target } from './linux/target.ts';
import type { Reason } from './until-end.ts';
import { untilEnd } from './until-end.ts';

const stopMs = 5_000;
const closeMs = 3_000;
const keepEveryMs = 5_000;

/** A program with our agent at work in it. */
interface Attachment {
  readonly session: Session;
  readonly lease: Lease;
  /** Kept only where records come through it. */
  readonly link: { readonly connection: Connection; readonly leave: () => Promise<void> } | null;
}

function watchOptions(options: AttachOptions, target: Target | undefined): WatchOptions {
  const { pid: _pid, durationMs: _duration, force: _force, timeLimitMs: _limit, ...rest } = options;
  return { ...rest, command: target?.command ?? [], exactLines: false, reap: false };
}

function makeContext(options: AttachOptions, target: Target): Context {
  const clock = options.clock ?? systemClock;
  const voice = makeVoice({ quiet: options.quiet, ...(options.log === undefined ? {} : { log: options.log }) });
  return {
    options: watchOptions(options, target),
    clock,
    voice,
    table: systemProcessTable(),
    startedAtMs: clock.now(),
    oomKillsBefore: oomKills(),
    failures: new Set(),
  };
}

function newRun(context: Context, options: AttachOptions, target: Target, id: string): RunFile {
  const { table } = context;
  return {
    version: 1,
    id,
    command: redactArgv(target.command),
    cwd: target.sameFiles ? target.cwd : '/',
    startedAtMs: context.startedAtMs,
    mode: options.mode,
    options: { attached: true, forcedCollections: options.forcedCollections },
    reportRoot: options.reportRoot,
    supervisor: { pid: process.pid, start: table.read(process.pid)?.start ?? 0 },
    program: { pid: target.pid, start: target.start },
    space: table.space ?? null,
    limits: runLimits(),
    end: null,
  };
}

function makeDirectory(context: Context, options: AttachOptions): LiveDirectory {
  const why: string[] = [];
  const taken = (id: string): boolean => existsSync(join(options.reportRoot, id));
  const live = makeLiveDirectory(liveRoots(options.env), runId(context.startedAtMs), taken, (refused) =>
    why.push(`${refused.folder}: ${refused.why}`),
  );
  if (live === undefined) throw new WatertightError('WT_TEMP_UNAVAILABLE', `nothing can be recorded: ${why.join('; ')}`);
  return live;
}

/** Another user's program cannot write into our directory, one in another mount namespace does not see it. */
function preferredWay(target: Target): Way {
  return target.sameFiles && target.uid === process.geteuid?.() ? 'file' : 'inspector';
}

function sayWorkers(context: Context, workers: readonly Loaded[]): void {
  const missing = workers.filter(({ kind }) => kind !== 'recording').length;
  if (missing > 0) context.voice.say(`${missing} of ${workers.length} worker threads are busy and not watched`);
}

function optionsOf({ mode, forcedCollections, sampling, maxPauseMs }: AttachOptions): string {
  const pause = maxPauseMs === undefined ? '' : `,maxPauseMs=${maxPauseMs}`;
  return `mode=${mode},gc=${forcedCollections ? 1 : 0},sampling=${sampling ? 1 : 0}${pause}`;
}

/** Opens the inspector, loads the agent, and closes again what is not needed any more. */
async function load(context: Context, options: AttachOptions, target: Target, session: Session): Promise<Attachment['link']> {
  const { clock, table, voice } = context;
  const { timeLimitMs, force } = options;
  const entry = agentFile(options.env);
  if (entry === undefined) throw new WatertightError('WT_NOT_AVAILABLE', 'the agent is missing: install watertight again');
  const root = dirname(session.directory);
  const signalled = new Signalled(root, target);
  const announce = (port: number): void => {
    signalled.remember();
    voice.say(
      `opening the inspector of process ${target.pid} with SIGUSR1 (port ${port}): "Debugger listening", "attached" and "ending" will appear on its stderr`,
    );
  };
  const opened = await openInspector(target, { table, clock, force, timeLimitMs, root, announce });
  const wasOpen = opened.wasOpen && !signalled.before;
  const inspector = await Inspector.connect(opened.address, clock);
  const agentOptions = optionsOf(options);
  const { directory } = session;
  const sources = agentSources(entry);
  const connection = new Connection(inspector, { target, clock, directory, sources, agentOptions, timeLimitMs, wasOpen });
  const leave = async (): Promise<void> => {
    await connection.leave();
    const isClosed =
      wasOpen || (await until(clock, () => !portsOf(target.pid).has(opened.port), { withinMs: closeMs, stepMs: 50 }));
    if (isClosed) signalled.forget();
    else voice.say(`the inspector of process ${target.pid} stays open on port ${opened.port} until its event loop turns`);
  };
  try {
    const { way, workers } = await connection.load(preferredWay(target));
    sayWorkers(context, workers);
    if (way === 'inspector') {
      voice.say('its files are not ours: the data come through the inspector, which stays open on loopback until the end');
      return { connection, leave };
    }
  } catch (error) {
    await leave();
    throw error;
  }
  await leave();
  return null;
}

function look(context: Context, { session, lease }: Attachment, lines: NotableLines): void {
  try {
    session.poll();
    lines.poll();
    lease.renew();
  } catch (error) {
    context.failures.add(error instanceof Error ? error.message : String(error));
  }
}

/** Follows until the end; answers why it is over. */
async function follow(context: Context, attachment: Attachment, target: Target, durationMs: number | undefined): Promise<Reason> {
  const { clock, table } = context;
  const { session } = attachment;
  const connection = attachment.link?.connection;
  const lines = new NotableLines(session, context.voice);
  let keptMs = clock.monotonic();
  session.rss.start();
  const reason = await untilEnd({
    clock,
    durationMs,
    tick() {
      const now = clock.monotonic();
      if (now - keptMs > keepEveryMs) {
        keptMs = now;
        connection?.keep();
      }
      look(context, attachment, lines);
      return isRunning(table, target) && connection?.gone !== true && !allStopped(session);
    },
  });
  session.rss.stop();
  return reason;
}

/** Every thread has said that its agent has stopped, or has ended. */
function allStopped(session: Session): boolean {
  const { threads } = session.tail;
  return threads.length > 0 && threads.every(({ detached, end }) => detached || end !== null);
}

/** The agents write their last records and put everything back. */
async function detach(context: Context, { session, lease, link }: Attachment, target: Target): Promise<void> {
  const { clock, table, voice } = context;
  lease.revoke();
  link?.connection.stopAgent();
  const stopped = (): boolean => {
    session.poll();
    return allStopped(session) || !isRunning(table, target) || link?.connection.gone === true;
  };
  const isDone = await until(clock, stopped, { withinMs: stopMs, stepMs: 50 });
  if (!isDone) voice.say(`process ${target.pid} is busy: the agent stops as soon as its event loop turns`);
  await link?.leave();
}

const endings: Readonly<Record<Reason, (target: Target) => string>> = {
  interrupted: ({ pid }) => `detached from process ${pid}, which goes on`,
  duration: ({ pid }) => `the time is over: detached from process ${pid}, which goes on`,
  ended: ({ pid }) => `process ${pid} has ended, or its agent was stopped`,
};

function report(context: Context, session: Session, before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  const supervisor = { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() };
  session.poll();
  const made = assembleReport(sessionData(session, { leftProcesses: [], failOn: context.options.failOn, supervisor }));
  if (deliver(made, context.options, context.voice)) rmSync(session.directory, { recursive: true, force: true });
  else markTold(session.directory);
  return statusOfRules(made.verdict);
}

async function attachTo(context: Context, options: AttachOptions, target: Target): Promise<number> {
  const { table, clock, voice } = context;
  const before = process.cpuUsage();
  const live = makeDirectory(context, options);
  const run = newRun(context, options, target, live.id);
  const tree = new ProcessTree(table, target, new Set([process.pid]));
  const session = new Session({ directory: live.path, run, tree, table, clock });
  session.update({});
  const lease = new Lease(live.path, target, clock);
  let link: Attachment['link'];
  try {
    link = await load(context, options, target, session);
  } catch (error) {
    rmSync(live.path, { recursive: true, force: true });
    throw error;
  }
  const end = options.durationMs === undefined ? 'Ctrl-C detaches' : `for ${formatDuration(options.durationMs)}`;
  voice.say(`watching ${commandText(run.command)} (pid ${target.pid}, ${options.mode} mode, attached); ${end}`);
  const attachment: Attachment = { session, lease, link };
  const reason = await follow(context, attachment, target, options.durationMs);
  await detach(context, attachment, target);
  for (const failure of context.failures) voice.say(`while watching: ${failure}`);
  voice.say(endings[reason](target));
  return report(context, session, before);
}

/**
 * Watches a program that runs already, until a signal, the end of the time or of the program; then reports and leaves it as it was. Answers the
 * status of the first rule of `failOn` that was hit, else 0. Throws what {@link findTarget} and {@link openInspector} throw, and WT_ATTACH_BUSY: the program is unharmed then.
 */
export async function attach(options: AttachOptions): Promise<number> {
  const table = systemProcessTable();
  const target = findTarget(options.pid, table);
  if (!options.force) refuseLauncher(target, table);
  const context = makeContext(options, target);
  const known = runOfProcess(target, options.env, table);
  return known === undefined ? attachTo(context, options, target) : joinRun(context, known, target, options.durationMs);
}
