import type { Command } from 'commander';
import { WatertightError } from '../kernel/errors.ts';

function parsePid(text: string): number {
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  throw new WatertightError('WT_INVALID_OPTION', `top takes the process id of a watched program, not "${text}"`);
}

/** `watertight top [pid]` */
export function addTop(program: Command): void {
  program
    .command('top')
    .description('show the programs that are watched now, live; in a terminal of its own')
    .argument('[pid]', 'show this process only')
    .option('--verbose', 'show stacks of our own errors')
    .action(async (text: string | undefined) => {
      const { top } = await import('../watch/top/top.ts');
      await top({
        cwd: process.cwd(),
        env: process.env,
        input: process.stdin,
        output: process.stdout,
        ...(text === undefined ? {} : { pid: parsePid(text) }),
      });
    });
}
