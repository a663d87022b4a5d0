import { Command, CommanderError } from 'commander';
import { toolVersion } from '../watch/index.ts';
import { usageStatus } from './exit.ts';
import { addRun } from './run.ts';

function makeProgram(): Command {
  const program = new Command('watertight');
  program
    .description(
      'Keeps Node.js programs from leaking: watches any program and tells what it holds, what grows and what it left behind.',
    )
    .version(toolVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .exitOverride();
  addRun(program);
  return program;
}

/** Runs the command line. Ends the process with the status that the command led to. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = makeProgram();
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : usageStatus;
  }
}
