import type { Command } from 'commander';

interface McpFlags {
  readonly allowActions?: boolean;
}

/** `watertight mcp [run]` */
export function addMcp(program: Command): void {
  program
    .command('mcp')
    .description('answer an assistant over the Model Context Protocol on stdin and stdout; read-only unless told otherwise')
    .argument('[run]', "the run that is meant where a question names none: a run's directory, a report.json, or a process id")
    .option('--allow-actions', 'also offer what changes something in a program: forcing a collection')
    .option('--verbose', 'show stacks of our own errors')
    .action(async (run: string | undefined, flags: McpFlags) => {
      const { serveMcp } = await import('../watch/mcp/serve.ts');
      await serveMcp({ run, allowActions: flags.allowActions === true, cwd: process.cwd(), env: process.env });
    });
}
