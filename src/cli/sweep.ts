import type { Command } from 'commander';

interface SweepFlags {
  readonly dryRun?: boolean;
  readonly directory?: string;
  readonly json?: boolean;
}

/** `watertight sweep`: status 0 when nothing of a dead owner is left (in a dry run: always), else 125. */
export function addSweep(program: Command): void {
  program
    .command('sweep')
    .description('remove the temporary files that dead programs left behind; what lives, or cannot be asked, is never touched')
    .option('--dry-run', 'only tell what would be removed')
    .option('--directory <dir>', "the folder in which they were made; default: the system's folder for temporary files")
    .option('--json', 'print what was found as JSON')
    .option('--verbose', 'show stacks of our own errors')
    .action(async (flags: SweepFlags) => {
      const { sweep } = await import('./sweep-temp.ts');
      await sweep(flags);
    });
}
