import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { WatertightError } from '../kernel/errors.ts';
import type { FailOnRule } from '../watch/index.ts';
import { checkLog } from './check-log.ts';
import { parseDuration } from './duration.ts';
import { parseFailOnAttached } from './fail-on.ts';
import { parseMilliseconds } from './milliseconds.ts';

interface AttachFlags {
  readonly duration?: number;
  readonly timeLimit: number;
  readonly force?: boolean;
  readonly reportDir: string;
  readonly json?: string;
  readonly html: boolean;
  readonly quiet?: boolean;
  readonly log?: string;
  readonly gc: boolean;
  readonly sampling: boolean;
  readonly maxPauseMs?: number;
  readonly light?: boolean;
  readonly mode: 'light' | 'hunt';
  readonly failOn?: readonly FailOnRule[];
}

function parsePid(text: string): number {
  const pid = Number(text);
  if (/^\d+$/.test(text) && pid > 0) return pid;
  throw new WatertightError('WT_INVALID_OPTION', `attach takes the process id of a running program, not "${text}"`);
}

async function run(text: string, flags: AttachFlags): Promise<void> {
  const cwd = process.cwd();
  if (flags.log !== undefined) checkLog(flags.log);
  const { attach } = await import('../watch/attach/attach.ts');
  process.exitCode = await attach({
    pid: parsePid(text),
    cwd,
    env: process.env,
    mode: flags.light === true ? 'light' : flags.mode,
    forcedCollections: flags.gc,
    sampling: flags.sampling,
    quiet: flags.quiet === true,
    reportRoot: resolve(cwd, flags.reportDir),
    html: flags.html,
    force: flags.force === true,
    failOn: flags.failOn ?? [],
    timeLimitMs: flags.timeLimit,
    ...(flags.duration === undefined ? {} : { durationMs: flags.duration }),
    ...(flags.maxPauseMs === undefined ? {} : { maxPauseMs: flags.maxPauseMs }),
    ...(flags.log === undefined ? {} : { log: resolve(cwd, flags.log) }),
    ...(flags.json === undefined ? {} : { jsonFile: resolve(cwd, flags.json) }),
  });
}

/** `watertight attach <pid>` */
export function addAttach(program: Command): void {
  program
    .command('attach')
    .description('watch a program that runs already, and leave it as it was')
    .argument('<pid>', 'its process id')
    .option('--duration <time>', 'detach after this time (30s, 5m, 1h)', (text) => parseDuration('--duration', text))
    .option(
      '--time-limit <time>',
      'how long the program may take to answer',
      (text) => parseDuration('--time-limit', text),
      10_000,
    )
    .option('--force', 'send SIGUSR1 although the program has, or may have, a handler of its own for it')
    .option('--report-dir <dir>', 'folder for <run>/report.json and report.html', '.watertight')
    .option('--json <file>', 'write the JSON report to this file as well')
    .option('--no-html', 'write no HTML report')
    .option('--quiet', 'print nothing of ours; the report is still written')
    .option('--log <file>', 'append our lines to this file instead of printing them')
    .option('--no-gc', 'force no collections; growth is then judged by natural ones only')
    .option('--no-sampling', 'never sample allocations; leaks of memory then get no line')
    .option('--max-pause-ms <n>', 'longest collection that may be forced (default: 500)', parseMilliseconds)
    .addOption(new Option('--mode <mode>', 'light: least cost; hunt: most detail').choices(['light', 'hunt']).default('hunt'))
    .option('--light', 'the same as --mode light')
    .option(
      '--fail-on <rules>',
      'end with 90 on leak[:severity], 91 on suspect, 92 on open-handles that grow in number',
      parseFailOnAttached,
    )
    .option('--verbose', 'show stacks of our own errors')
    .action(run);
}
