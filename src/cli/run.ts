import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Baseline, FailOnRule, WatchOptions } from '../watch/index.ts';
import { checkLog } from './check-log.ts';
import { parseDuration } from './duration.ts';
import { endWith, usageStatus } from './exit.ts';
import { parseFailOn } from './fail-on.ts';
import { parseMilliseconds } from './milliseconds.ts';
import { say } from './say.ts';

interface RunFlags {
  readonly reportDir: string;
  readonly json?: string;
  readonly junit?: string;
  readonly sarif?: string;
  readonly html: boolean;
  readonly quiet?: boolean;
  readonly log?: string;
  readonly reap?: boolean;
  readonly gc: boolean;
  readonly sampling: boolean;
  readonly maxPauseMs?: number;
  readonly exactLines?: boolean;
  readonly light?: boolean;
  readonly mode: 'light' | 'hunt';
  readonly duration?: number;
  readonly untilIdle?: boolean;
  readonly load?: string;
  readonly failOn?: readonly FailOnRule[];
  readonly snapshots?: boolean;
  readonly baseline?: string;
}

function watchOptions(command: readonly string[], flags: RunFlags): WatchOptions {
  const cwd = process.cwd();
  return {
    command,
    cwd,
    env: process.env,
    mode: flags.light === true ? 'light' : flags.mode,
    forcedCollections: flags.gc,
    sampling: flags.sampling,
    exactLines: flags.exactLines === true,
    quiet: flags.quiet === true,
    reportRoot: resolve(cwd, flags.reportDir),
    html: flags.html,
    reap: flags.reap === true,
    failOn: flags.failOn ?? [],
    snapshots: flags.snapshots === true,
    ...(flags.duration === undefined ? {} : { durationMs: flags.duration }),
    ...(flags.untilIdle === true ? { untilIdle: true } : {}),
    ...(flags.load === undefined ? {} : { load: flags.load }),
    ...(flags.maxPauseMs === undefined ? {} : { maxPauseMs: flags.maxPauseMs }),
    ...(flags.log === undefined ? {} : { log: resolve(cwd, flags.log) }),
    ...(flags.json === undefined ? {} : { jsonFile: resolve(cwd, flags.json) }),
    ...(flags.junit === undefined ? {} : { junitFile: resolve(cwd, flags.junit) }),
    ...(flags.sarif === undefined ? {} : { sarifFile: resolve(cwd, flags.sarif) }),
  };
}

/** A baseline that cannot be read is told before anything is started. Throws WT_NOT_FOUND, WT_REPORT_INVALID, WT_REPORT_NEWER. */
async function readBaseline(file: string): Promise<Baseline> {
  const { findReport } = await import('../watch/past/find-report.ts');
  return { file, report: findReport(file, process.cwd(), process.env).report };
}

async function run(command: readonly string[], flags: RunFlags): Promise<void> {
  if (command.length === 0 || command[0] === '') {
    say('nothing to run. Try: watertight run -- node app.js');
    process.exitCode = usageStatus;
    return;
  }
  const options = watchOptions(command, flags);
  if (options.log !== undefined) checkLog(options.log);
  const baseline = flags.baseline === undefined ? undefined : await readBaseline(flags.baseline);
  // Not by the folder's index: that would load, before the program starts, what is needed only at its end.
  const { watch } = await import('../watch/watch.ts');
  endWith(await watch(baseline === undefined ? options : { ...options, baseline }));
}

/** `watertight run [options] -- command…` */
export function addRun(program: Command): void {
  program
    .command('run')
    .description('run a command, watch every Node process in it, and end with a report')
    .usage('[options] -- <command> [arguments...]')
    .argument('[command...]', 'the program to watch and its arguments')
    .passThroughOptions()
    .option('--report-dir <dir>', 'folder for <run>/report.json and report.html', '.watertight')
    .option('--json <file>', 'write the JSON report to this file as well')
    .option('--junit <file>', 'write the report as JUnit XML to this file')
    .option('--sarif <file>', 'write the report as SARIF to this file: leaks stand at their line in a code review')
    .option('--no-html', 'write no HTML report')
    .option('--quiet', 'print nothing of ours; the report is still written')
    .option('--log <file>', 'append our lines to this file instead of printing them')
    .option('--reap', 'end processes that the program left behind')
    .option('--no-gc', 'force no collections; growth is then judged by natural ones only')
    .option('--no-sampling', 'never sample allocations; leaks of memory then get no line')
    .option('--max-pause-ms <n>', 'longest collection that may be forced (default: 500)', parseMilliseconds)
    .option('--exact-lines', 'name the very function that allocates, at some cost in speed')
    .addOption(new Option('--mode <mode>', 'light: least cost; hunt: most detail').choices(['light', 'hunt']).default('hunt'))
    .option('--light', 'the same as --mode light')
    .option(
      '--fail-on <rules>',
      'end with 90 on leak[:severity], 91 on suspect, 92 on open-handles, 93 on left-processes, where the program ended with 0',
      parseFailOn,
    )
    .option(
      '--snapshots',
      'at the first suspicion take three heap snapshots, which stop the program, and tell who holds what stayed',
    )
    .option('--duration <time>', 'stop the program with SIGTERM after this time (30s, 5m, 1h)', (text) =>
      parseDuration('--duration', text),
    )
    .option('--until-idle', 'stop the program with SIGTERM once it has done nothing for 10 s')
    .option(
      '--load <command>',
      'run this beside the program once it listens; its end ends the run unless one of the two above is given',
    )
    .option('--baseline <report>', 'an earlier report.json or run directory: only what is new or worse counts for --fail-on')
    .option('--verbose', 'show stacks of our own errors')
    .action(run);
}
