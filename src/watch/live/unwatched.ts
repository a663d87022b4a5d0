import { redactArgv } from '../../wire/index.ts';
import { whyNotWatched } from '../assemble/not-watched.ts';
import type { NotWatched } from '../assemble/run-data.ts';
import type { ThreadData } from '../data/thread-data.ts';
import { commandText } from '../words.ts';
import type { ProcessTree } from '../../kernel/processes/index.ts';

/** Programs seen among the descendants that run JavaScript and wrote no data. */
export function unwatchedRuntimes(tree: ProcessTree, threads: readonly ThreadData[]): readonly NotWatched[] {
  const watched = new Set(threads.map((thread) => thread.header.pid));
  return tree.all().flatMap(({ pid, command, mayBeParents }) => {
    if (watched.has(pid) || mayBeParents) return [];
    const why = whyNotWatched(command, false);
    return why === undefined ? [] : [{ pid, command: commandText(redactArgv(command)), why }];
  });
}
