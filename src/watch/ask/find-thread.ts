import { WatertightError } from '../../kernel/errors.ts';
import { liveRuns } from '../past/live-runs.ts';
import { readRun } from '../past/read-run.ts';
import type { AskedThread } from './line.ts';

export interface FoundThread {
  /** Directory of its run. */
  readonly directory: string;
  readonly thread: AskedThread;
}

/** The thread of a watched process that runs; `tid` 0 is the main one. Throws WT_NOT_FOUND. */
export function findThread(pid: number, tid: number, env: NodeJS.ProcessEnv): FoundThread {
  for (const directory of liveRuns(env).toReversed()) {
    const { data } = readRun(directory);
    const found = data.threads.find(({ header, end }) => header.pid === pid && header.tid === tid && end === null);
    if (found !== undefined) return { directory, thread: { pid, start: found.header.start, tid } };
  }
  const what = tid === 0 ? `the process id ${pid}` : `a thread ${tid} in process ${pid}`;
  throw new WatertightError(
    'WT_NOT_FOUND',
    `no watched program that runs has ${what}. Start it with: watertight run -- <command>`,
  );
}
