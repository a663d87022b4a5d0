import type { Command } from 'commander';
import { Option } from 'commander';
import type { CompareFlags } from './show-comparison.ts';

/** `watertight compare <before> [after]` */
export function addCompare(program: Command): void {
  program
    .command('compare')
    .description('hold two reports against each other: what is new, worse, gone, the same')
    .argument('<before>', "the earlier run: a report.json or a run's directory")
    .argument('[after]', 'the later run; default: the latest run of this directory')
    .option('--json', 'print the comparison as JSON')
    .option('--all', 'show also what is the same')
    .addOption(
      new Option('--min-confidence <level>', 'what is less sure than this does not count')
        .choices(['low', 'medium', 'high'])
        .default('low'),
    )
    .option('--verbose', 'show stacks of our own errors')
    .action(async (before: string, after: string | undefined, flags: CompareFlags) => {
      const { showComparison } = await import('./show-comparison.ts');
      showComparison(before, after, flags);
    });
}
