import { systemClock } from '../kernel/clock/index.ts';
import { systemProcessTable } from '../kernel/processes/index.ts';
import type { ProcessTable } from '../kernel/processes/index.ts';
import { onDeadOwner } from '../temp/index.ts';
import type { JournalData } from '../temp/index.ts';
import { markPattern } from './marks.ts';
import { stopDefaults } from './options.ts';
import { stopTree } from './stop-tree.ts';
import { TreeSearch } from './tree-search.ts';

/** What a journal says of an owned tree. */
export const journalKind = 'process';

/** Who was dead left these: they are not asked politely. */
const atOnce = { ...stopDefaults, graceMs: 0, reapGraceMs: 0 };

function searchFor(table: ProcessTable, mark: string, entries: readonly JournalData[]): TreeSearch {
  const search = new TreeSearch(table, mark);
  for (const { mark: whose, pid, start, space } of entries) {
    // A number means something only since the same boot and in the same namespace; the mark needs neither.
    if (whose === mark && table.space !== undefined && space === table.space)
      search.adopt({ pid: Number(pid), start: Number(start) }, 'named by the journal of its owner');
  }
  return search;
}

/** Throws when something is left: the owner's root then stays, and the next sweep tries again. */
export async function endTreesOf(table: ProcessTable, entries: readonly JournalData[]): Promise<void> {
  const marks = new Set(entries.map(({ mark }) => String(mark)).filter((mark) => markPattern.test(mark)));
  for (const mark of marks) {
    const { left } = await stopTree(searchFor(table, mark, entries), systemClock, atOnce);
    if (left.length > 0) throw new Error(`processes ${left.map(({ pid }) => pid).join(', ')} could not be ended`);
  }
}

/**
 * From now on sweeps of temporary files also end the processes that dead owners left: those whose owner's journal still names them.
 * Called with the first owned process; a program that only sweeps calls it itself. Disposing the result ends that.
 */
export function reapDeadOwners(): Disposable {
  const table = systemProcessTable();
  return onDeadOwner(journalKind, ({ entries }) => {
    if (!table.available) throw new Error('there is no /proc here');
    return endTreesOf(
      table,
      entries.map(({ data }) => data),
    );
  });
}
