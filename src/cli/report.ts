import type { Command } from 'commander';
import type { ReportFlags } from './show-report.ts';

/** `watertight report [dir|pid]` */
export function addReport(program: Command): void {
  program
    .command('report')
    .description('show the report of a run: finished, still going on, or dead')
    .argument(
      '[run]',
      "a run's directory, a report.json, or the process id of a watched program; default: the latest run of this directory",
    )
    .option('--json', 'print the report as JSON')
    .option('--maps <dir>', 'find the source of places without a source map in this folder of maps')
    .option('--html <file>', 'write the report as an HTML page to this file')
    .option('--heapprofile <file>', 'write what survived as a sampling heap profile for Chrome DevTools')
    .option('--pprof <file>', 'write the same for pprof')
    .option('--verbose', 'show stacks of our own errors')
    .action(async (what: string | undefined, flags: ReportFlags) => {
      const { showReport } = await import('./show-report.ts');
      await showReport(what, flags);
    });
}
