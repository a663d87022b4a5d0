import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { redactArgv } from '../../wire/index.ts';
import type { RunData } from '../assemble/run-data.ts';
import { assembleReport } from '../assemble/report.ts';
import { againstBaseline } from '../assemble/baseline.ts';
import type { Context } from '../context.ts';
import { countsAs } from '../early/orderly.ts';
import type { Ending } from '../launch/launch.ts';
import { markTold } from '../past/live-runs.ts';
import { profileOf } from '../profiles/stored.ts';
import { sessionData } from '../session.ts';
import type { Session } from '../session.ts';
import { statusOf } from '../status.ts';
import type { WatchResult } from '../watch-options.ts';
import { commandText } from '../words.ts';
import { deliver } from './deliver.ts';
import { findLeftProcesses } from './left-processes.ts';

/** A run that has ended. */
export interface Followed {
  readonly ending: Ending;
  /** Why we stopped the program; null: it ended by itself. */
  readonly stopped: string | null;
  readonly loadFailure: string | null;
  /** What we used while the program ran. */
  readonly supervisor: NonNullable<RunData['supervisor']>;
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

/** What was to be tried and was not must not pass. */
function withLoad(result: WatchResult, { loadFailure }: Followed): WatchResult {
  return loadFailure !== null && result.status === 0 ? { status: 125, reraise: null } : result;
}

/** Assembles and delivers the report and answers with the status that it led to. */
async function conclude(context: Context, session: Session, followed: Followed): Promise<WatchResult> {
  const { options, voice, table, clock } = context;
  const { ending, supervisor } = followed;
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
    return statusOf(countsAs(ending, followed.stopped), null);
  }
  const whole = assembleReport(data);
  const report = options.baseline === undefined ? whole : againstBaseline(whole, options.baseline, options.failOn);
  if (deliver(report, options, voice, profileOf(data.threads))) rmSync(session.directory, { recursive: true, force: true });
  else {
    voice.say(`its data are kept in ${session.directory}`);
    markTold(session.directory);
  }
  return withLoad(statusOf(countsAs(ending, followed.stopped), report.verdict), followed);
}

/** A failure of ours is said; it changes the program's status only where a rule was to be checked and could not be. */
export async function concludeSafely(context: Context, session: Session, followed: Followed): Promise<WatchResult> {
  try {
    return await conclude(context, session, followed);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    context.voice.say(`the report could not be made: ${said}; the data are in ${session.directory}`);
    const own = statusOf(countsAs(followed.ending, followed.stopped), null);
    return context.options.failOn.length > 0 && own.status === 0 ? { status: 125, reraise: null } : own;
  }
}
