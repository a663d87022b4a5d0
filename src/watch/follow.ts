import { join } from 'node:path';
import type { Context } from './context.ts';
import type { Followed } from './end/conclude.ts';
import { concludeSafely } from './end/conclude.ts';
import { EarlyEnd } from './early/early-end.ts';
import type { Launched } from './launch/launch.ts';
import { NotableLines } from './live/notable-lines.ts';
import { ProcessTree } from '../kernel/processes/index.ts';
import { runLimits } from './limits.ts';
import { removeStaleRuns } from './past/stale.ts';
import type { RunFile } from './places/run-file.ts';
import { oomKills } from './platform/index.ts';
import { repeatedly } from './repeatedly.ts';
import { Session } from './session.ts';
import type { SnapshotsOnSuspicion } from './snapshots/on-suspicion.ts';
import type { WatchResult } from './watch-options.ts';
import { commandText } from './words.ts';

/** What looks along with each poll. */
interface Watchers {
  readonly lines: NotableLines;
  readonly early: EarlyEnd;
  readonly snapshots: SnapshotsOnSuspicion | undefined;
}

/** A failure of ours must not take the supervisor away from a program that runs. */
function look(context: Context, session: Session, { lines, early, snapshots }: Watchers): void {
  try {
    session.poll();
    lines.poll(snapshots !== undefined);
    if (lines.suspected !== undefined) snapshots?.start(lines.suspected.thread.header);
    early.poll();
  } catch (error) {
    context.failures.add(error instanceof Error ? error.message : String(error));
  }
}

function killsSince(before: number | undefined): number | null {
  const now = oomKills();
  return before === undefined || now === undefined ? null : now - before;
}

/** Loaded only where it was asked for. */
async function snapshotsOf({ options, clock, voice }: Context, session: Session): Promise<SnapshotsOnSuspicion | undefined> {
  if (options.snapshots !== true) return undefined;
  const { SnapshotsOnSuspicion: Snapshots } = await import('./snapshots/on-suspicion.ts');
  const { directory, run } = session;
  return new Snapshots({ directory, folder: join(options.reportRoot, run.id), clock, say: (line) => voice.say(line) });
}

function stoppedBy({ stopped }: EarlyEnd): { readonly stopped?: string } {
  return stopped === null ? {} : { stopped };
}

/** Follows the run until its program has ended. */
async function follow(context: Context, session: Session, { child, ended }: Launched): Promise<Followed> {
  const before = process.cpuUsage();
  const lines = new NotableLines(session, context.voice);
  const snapshots = await snapshotsOf(context, session);
  const early = new EarlyEnd({ options: context.options, session, clock: context.clock, voice: context.voice, child });
  session.rss.start();
  const ticker = repeatedly(context.clock, () => look(context, session, { lines, early, snapshots }));
  const ending = await ended;
  ticker.cancel();
  early.close();
  await snapshots?.finish();
  for (const failure of context.failures) context.voice.say(`while watching: ${failure}`);
  session.rss.stop();
  const { user, system } = process.cpuUsage(before);
  const supervisor = { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() };
  session.update({
    end: {
      atMs: context.clock.now(),
      code: ending.code,
      signal: ending.signal,
      oomKills: killsSince(context.oomKillsBefore),
      ...stoppedBy(early),
    },
  });
  return { ending, supervisor, stopped: early.stopped, loadFailure: early.loadFailure };
}

export interface RunToFollow {
  readonly launched: Launched;
  readonly directory: string;
  /** As it was written before the start. */
  readonly run: RunFile;
  /** A process of ours that is none of the program's. */
  readonly companion: number | undefined;
}

/** Follows a program that was just started until it has ended, and reports. This module is loaded while the program starts. */
export async function followRun(context: Context, { launched, directory, run, companion }: RunToFollow): Promise<WatchResult> {
  const { table, clock, voice, options } = context;
  const root = { pid: launched.pid, start: table.read(launched.pid)?.start ?? 0 };
  const tree = new ProcessTree(table, root, new Set([process.pid, companion ?? 0]));
  const session = new Session({ directory, run, tree, table, clock });
  session.update({ program: root, limits: runLimits() });
  voice.say(`watching ${commandText(run.command)} (pid ${launched.pid}, ${options.mode} mode)`);
  removeStaleRuns(options.env, clock, table);
  return concludeSafely(context, session, await follow(context, session, launched));
}
