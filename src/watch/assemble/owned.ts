import type { Owned, OwnedTotals } from '../../wire/index.ts';
import type { ThreadData } from '../data/thread-data.ts';

function sum(a: OwnedTotals | undefined, b: OwnedTotals): OwnedTotals {
  if (a === undefined) return b;
  return {
    live: a.live + b.live,
    released: a.released + b.released,
    failed: a.failed + b.failed,
    timedOut: a.timedOut + b.timedOut,
    abandoned: a.abandoned + b.abandoned,
  };
}

/** What the registries of all threads hold and what went wrong with it. */
export function ownedOf(threads: readonly ThreadData[]): Owned {
  const totals = new Map<string, OwnedTotals>();
  for (const thread of threads) {
    for (const [type, counts] of thread.owned.totals()) totals.set(type, sum(totals.get(type), counts));
  }
  const problems = threads.flatMap((thread) =>
    thread.owned.problems.map(({ id, name, type, result, reason, error, createdAt }) => ({
      id,
      name,
      type,
      result,
      reason,
      error,
      createdAt,
    })),
  );
  return { totals: Object.fromEntries(totals), problems };
}
