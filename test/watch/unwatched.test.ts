import { expect, test } from 'vitest';
import type { ProcessTable } from '../../src/kernel/processes/index.ts';
import { ProcessTree } from '../../src/kernel/processes/index.ts';
import { unwatchedRuntimes } from '../../src/watch/live/unwatched.ts';

type Entry = NonNullable<ReturnType<ProcessTable['read']>> & { readonly command: readonly string[] };

/** A process table whose entries the test puts there. */
function tableOf(entries: Map<number, Entry>): ProcessTable {
  return {
    available: true,
    read: (pid) => entries.get(pid),
    list: () => [...entries.keys()],
    childrenOf: (pid) => [...entries.values()].filter((entry) => entry.parent === pid).map((entry) => entry.pid),
    command: (pid) => entries.get(pid)?.command ?? [],
    carries: () => undefined,
    session: () => undefined,
    rssBytes: () => undefined,
    pssBytes: () => undefined,
    space: undefined,
  };
}

function entry(pid: number, parent: number, command: readonly string[]): Entry {
  return { pid, start: pid * 10, parent, zombie: false, command };
}

const parent = 900_000;
const child = 900_001;
const root = { pid: parent, start: parent * 10 };

test('a child that was seen only between fork and exec is not taken for a second instance of its parent', () => {
  const entries = new Map([parent, child].map((pid) => [pid, entry(pid, pid - 1, ['node', 'app.js'])] as const));
  const tree = new ProcessTree(tableOf(entries), root);
  tree.poll();
  entries.delete(child);
  tree.poll();
  expect(unwatchedRuntimes(tree, []).map(({ pid }) => pid)).not.toContain(child);
});

test('a child that goes on with the command of its parent is told', () => {
  const entries = new Map([parent, child].map((pid) => [pid, entry(pid, pid - 1, ['node', 'app.js'])] as const));
  const tree = new ProcessTree(tableOf(entries), root);
  tree.poll();
  tree.poll();
  expect(unwatchedRuntimes(tree, [])).toContainEqual({
    pid: child,
    command: 'node app.js',
    why: 'it wrote no data: an older Node, or it ended at once',
  });
});

test('a child that shows a command of its own is told at once', () => {
  const entries = new Map([
    [parent, entry(parent, 1, ['sh', 'start.sh'])],
    [child, entry(child, parent, ['deno', 'run', 'app.ts'])],
  ]);
  const tree = new ProcessTree(tableOf(entries), root);
  tree.poll();
  expect(unwatchedRuntimes(tree, [])).toEqual([{ pid: child, command: 'deno run app.ts', why: 'another runtime than Node' }]);
});
