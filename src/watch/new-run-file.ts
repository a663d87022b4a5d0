import { redactArgv } from '../wire/index.ts';
import type { Context } from './context.ts';
import type { RunFile } from './places/run-file.ts';

/** What is known of a run before its program is started. */
export function newRunFile(context: Context, id: string): RunFile {
  const { options, table } = context;
  return {
    version: 1,
    id,
    command: redactArgv(options.command),
    cwd: options.cwd,
    startedAtMs: context.startedAtMs,
    mode: options.mode,
    options: {
      forcedCollections: options.forcedCollections,
      sampling: options.sampling,
      exactLines: options.exactLines,
      ...(options.maxPauseMs === undefined ? {} : { maxPauseMs: options.maxPauseMs }),
      reap: options.reap,
      quiet: options.quiet,
      failOn: options.failOn.join(','),
    },
    reportRoot: options.reportRoot,
    supervisor: { pid: process.pid, start: table.read(process.pid)?.start ?? 0 },
    program: null,
    space: table.space ?? null,
    limits: [],
    end: null,
  };
}
