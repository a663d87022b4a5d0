import type { Command } from 'commander';
import type { SnapshotFlags } from './show-snapshot.ts';

/** `watertight snapshot [files…]` */
export function addSnapshot(program: Command): void {
  program
    .command('snapshot')
    .description('tell what a heap snapshot holds; of three, what was born and stayed; or take one of a watched program')
    .argument('[files...]', 'one .heapsnapshot file, or three of one program in the order in which they were taken')
    .option('--pid <pid>', 'take a snapshot of this watched program; it stands still meanwhile')
    .option('--thread <id>', 'of this thread of it; default: the main one', '0')
    .option('--out <file>', 'where to; default: <pid>-<number>.heapsnapshot in this directory')
    .option('--counts', 'only count objects by constructor: less than 100 MB of memory, also for files of gigabytes')
    .option('--limit <n>', 'how many classes to list', '15')
    .option('--json', 'print as JSON')
    .option('--verbose', 'show stacks of our own errors')
    .action(async (files: readonly string[], flags: SnapshotFlags) => {
      const { showSnapshot } = await import('./show-snapshot.ts');
      await showSnapshot(files, flags);
    });
}
