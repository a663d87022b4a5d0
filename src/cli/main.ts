import { Command, CommanderError } from 'commander';
import { toolVersion } from '../watch/version.ts';
import { addAttach } from './attach.ts';
import { addCompare } from './compare.ts';
import { addDoctor } from './doctor.ts';
import { usageStatus } from './exit.ts';
import { addExplain } from './explain.ts';
import { addMcp } from './mcp.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addSnapshot } from './snapshot.ts';
import { addSweep } from './sweep.ts';
import { addTop } from './top.ts';
import { sayError, sayUsage } from './say.ts';

const epilogue = `
Examples:
  watertight run -- node server.js          watch a program until it ends
  watertight run --light -- npm start       the same at the least cost
  watertight run --fail-on leak,open-handles -- npx vitest run
  watertight attach 4711                    a program that runs already
  watertight report                         the latest run of this directory, also while it goes on
  watertight top                            what is watched now, live
  watertight explain                        the evidence of the latest run, as a prompt for an assistant
  watertight compare old.json new.json      what is new, worse, gone between two runs
  watertight doctor                         what works here, and why not
  watertight snapshot a.heapsnapshot        which classes keep what alive, and who holds them
  watertight sweep --dry-run                which temporary files dead programs left

Exit status of run: the program's own; 90 to 93 for --fail-on, 125 for failures of watertight itself. Of compare: 94 where something is worse.`;

function makeProgram(): Command {
  const program = new Command('watertight');
  program
    .description(
      'Keeps Node.js programs from leaking: watches any program and tells what it holds, what grows, and what it left behind.',
    )
    .usage('<command> [options]')
    .version(toolVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .enablePositionalOptions()
    .configureOutput({ outputError: (text) => sayUsage(text) })
    .exitOverride()
    .addHelpText('after', epilogue);
  for (const add of [addRun, addAttach, addReport, addCompare, addDoctor, addSweep, addSnapshot, addTop, addExplain, addMcp])
    add(program);
  return program;
}

/** Whether stacks of our own errors are wanted: before `--` only, what follows is the program's. */
function isVerbose(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? undefined : end).includes('--verbose');
}

/** Runs a command line. Sets the status that the process will end with, or ends it as the watched program ended. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = makeProgram();
  if (argv.length <= 2) {
    program.outputHelp({ error: true });
    process.exitCode = usageStatus;
    return;
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    if (!(error instanceof CommanderError)) sayError(error, isVerbose(argv));
    process.exitCode = isHelp ? 0 : usageStatus;
  }
}
