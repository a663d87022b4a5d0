import type { CountPoint } from '../../leak/index.ts';
import type { HandleType } from '../../wire/index.ts';
import type { SiteHistory } from '../data/open-rows.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { SiteTable } from '../sites/site-table.ts';

/** Open handles of one line; `site` is null where it is not known. */
export interface CounterPart {
  readonly site: number | null;
  readonly points: readonly CountPoint[];
}

/** A line makes most of what grew from this share on. */
const leastShare = 0.6;

export function sumOf(histories: readonly SiteHistory[]): readonly CountPoint[] {
  if (histories.length === 1) return histories[0]?.history.points() ?? [];
  const times = new Set(histories.flatMap(({ history }) => history.points().map(([tMs]) => tMs)));
  return [...times]
    .sort((a, b) => a - b)
    .map((tMs) => [tMs, histories.reduce((sum, { history }) => sum + history.at(tMs), 0)] as const);
}

/** The handles of these types that a thread opened, by the line that made them. */
export function partsOf(thread: ThreadData, types: ReadonlySet<HandleType>, sites: SiteTable): readonly CounterPart[] {
  const bySite = new Map<number | null, SiteHistory[]>();
  for (const history of thread.rows.histories()) {
    if (!types.has(history.type)) continue;
    const site = sites.of(thread, history.site);
    bySite.set(site, [...(bySite.get(site) ?? []), history]);
  }
  return [...bySite].map(([site, histories]) => ({ site, points: sumOf(histories) }));
}

function growthOf({ points }: CounterPart, fromMs: number): number {
  const before = points.findLast(([tMs]) => tMs <= fromMs)?.[1] ?? 0;
  return (points.at(-1)?.[1] ?? 0) - before;
}

/** The line that made most of what a counter grew by since `fromMs`; null where none did. */
export function mainPart(
  parts: readonly CounterPart[],
  fromMs: number,
  growth: number,
): { readonly site: number; readonly share: number } | null {
  const least = leastShare * Math.max(1, growth);
  for (const part of parts) {
    const made = growthOf(part, fromMs);
    if (part.site !== null && made >= least) return { site: part.site, share: Math.min(1, made / growth) };
  }
  return null;
}
