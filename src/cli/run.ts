import { resolve } from 'node:path';
import type { Command } from 'commander';
import { watch } from '../watch/index.ts';
import type { FailOnRule } from '../watch/index.ts';
import { endWith } from './exit.ts';

interface RunFlags {
  readonly reportDir?: string;
  readonly json?: string;
  readonly quiet?: boolean;
  readonly log?: string;
  readonly reap?: boolean;
  readonly gc: boolean;
  readonly light?: boolean;
  readonly failOn?: readonly FailOnRule[];
}

export function addRun(program: Command): void {
  program
    .command('run')
    .argument('[command...]')
    .passThroughOptions()
    .option('--report-dir <dir>')
    .option('--json <file>')
    .option('--quiet')
    .option('--log <file>')
    .option('--reap')
    .option('--no-gc')
    .option('--light')
    .action(async (command: readonly string[], flags: RunFlags) => {
      const cwd = process.cwd();
      endWith(
        await watch({
          command,
          cwd,
          env: process.env,
          mode: flags.light === true ? 'light' : 'hunt',
          forcedCollections: flags.gc,
          quiet: flags.quiet === true,
          reportRoot: resolve(cwd, flags.reportDir ?? '.watertight'),
          reap: flags.reap === true,
          failOn: [],
        }),
      );
    });
}
