import { renderText, wantsColor } from '../../report/index.ts';
import { assembleReport } from '../assemble/report.ts';
import type { Context } from '../context.ts';
import { NotableLines } from '../live/notable-lines.ts';
import { liveRuns } from '../past/live-runs.ts';
import { readRun } from '../past/read-run.ts';
import { readRunFile } from '../places/run-file.ts';
import type { ProcessId, ProcessTable } from '../platform/index.ts';
import { isRunning } from '../platform/index.ts';
import { ProcessTree } from '../../kernel/processes/index.ts';
import { Session, sessionData } from '../session.ts';
import { statusOfRules } from '../status.ts';
import { untilEnd } from './until-end.ts';

/** The directory of a run in which this very process is watched now; undefined when it is not. */
export function runOfProcess(id: ProcessId, env: NodeJS.ProcessEnv, table: ProcessTable): string | undefined {
  return liveRuns(env)
    .toReversed()
    .find((directory) =>
      readRun(directory, { table }).data.threads.some(
        ({ header, end, detached }) =>
          header.pid === id.pid && (header.start === 0 || header.start === id.start) && end === null && !detached,
      ),
    );
}

/** Follows a program that is watched already, by the data of that run; the program notices nothing, and the run's own report still comes. Answers as `attach`. */
export async function joinRun(
  context: Context,
  directory: string,
  id: ProcessId,
  durationMs: number | undefined,
): Promise<number> {
  const { table, clock, voice } = context;
  const run = readRunFile(directory) ?? readRun(directory, { table }).data.run;
  const session = new Session({ directory, run, tree: new ProcessTree(table, id, new Set([process.pid])), table, clock });
  voice.say(`process ${id.pid} is watched already (run ${run.id}): following its data; Ctrl-C ends this, not the run`);
  session.poll();
  const lines = new NotableLines(session, voice);
  await untilEnd({
    clock,
    durationMs,
    tick() {
      session.poll();
      lines.poll();
      return isRunning(table, id);
    },
  });
  session.poll();
  const { env, failOn } = context.options;
  const report = assembleReport(sessionData(session, { leftProcesses: [], supervisor: null, failOn }));
  if (!voice.silent) voice.print(renderText(report, { color: wantsColor({ isTTY: process.stderr.isTTY, env }) }));
  return statusOfRules(report.verdict);
}
