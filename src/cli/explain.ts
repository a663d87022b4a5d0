import type { Command } from 'commander';
import { WatertightError } from '../kernel/errors.ts';

interface ExplainFlags {
  readonly finding?: string;
  readonly source: boolean;
}

async function explain(what: string | undefined, flags: ExplainFlags): Promise<void> {
  const { findReport } = await import('../watch/index.ts');
  const { promptOf } = await import('../watch/explain/prompt.ts');
  const { realDisk } = await import('../watch/sites/disk.ts');
  const { report } = findReport(what, process.cwd(), process.env);
  const text = promptOf(report, flags, realDisk);
  if (text === undefined)
    throw new WatertightError('WT_NOT_FOUND', `the report has no finding ${flags.finding ?? ''} that stands`);
  process.stdout.write(text);
}

/** `watertight explain [run]` */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('print the evidence of a report as a prompt for an assistant; nothing is sent anywhere')
    .argument(
      '[run]',
      "a run's directory, a report.json, or the process id of a watched program; default: the latest run of this directory",
    )
    .option('--finding <which>', 'only this finding: its place in the report from 1, or its id')
    .option('--no-source', 'leave out the lines of the source')
    .option('--verbose', 'show stacks of our own errors')
    .action(explain);
}
