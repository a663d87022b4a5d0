import type { HandleType, OpenGroup } from '../../wire/index.ts';
import type { CountHistory } from '../data/count-history.ts';
import type { OpenRow } from '../data/open-rows.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { SiteTable } from '../sites/site-table.ts';
import type { WatchedProcess } from './process-group.ts';

const maxExamples = 5;
/** Growth is told only of runs that were long enough to see it more than once. */
const minRunMs = 20_000;
const minRise = 3;

interface Draft {
  readonly type: HandleType;
  readonly site: number | null;
  readonly owner: string | null;
  count: number;
  estimated: boolean;
  oldestMs: number;
  keepsAlive: number;
  readonly examples: string[];
  readonly processes: Set<string>;
  readonly histories: Map<CountHistory, { readonly thread: ThreadData; readonly endMs: number }>;
}

/** A thread with the time, on its own scale, up to which its rows are told. */
export interface ThreadAt {
  readonly process: WatchedProcess;
  readonly thread: ThreadData;
  readonly endMs: number;
}

/** Standard input and output are the terminal's or the parent's: nobody leaks them. */
export function isStandardStream(row: OpenRow): boolean {
  return /^(?:stdin|stdout|stderr|fd [012])$/.test(row.detail);
}

/**
 * How many more there are per minute, over the second half of the time; 0 unless the number rose in both quarters of it;
 * null when it was too short to tell.
 */
function growthPerMinute(draft: Draft): number | null {
  const spans = [...draft.histories];
  const endMs = Math.max(0, ...spans.map(([, at]) => at.endMs));
  if (endMs < minRunMs) return null;
  const at = (share: number) => spans.reduce((sum, [history, span]) => sum + history.at(span.endMs * share), 0);
  const [half, threeQuarters, end] = [at(0.5), at(0.75), at(1)];
  if (end - half < minRise || threeQuarters <= half || end <= threeQuarters) return 0;
  return Math.round(((end - half) / (endMs / 2)) * 60_000 * 10) / 10;
}

/** Groups open handles by type and line, so that a thousand sockets of one line are one row. */
export class OpenGroups {
  readonly #sites: SiteTable;
  readonly #drafts = new Map<string, Draft>();

  constructor(sites: SiteTable) {
    this.#sites = sites;
  }

  addThread(at: ThreadAt): void {
    const alive = new Set(at.thread.keepsAlive?.rows);
    for (const row of at.thread.rows.all()) {
      if (row.type === 'temp' || isStandardStream(row)) continue;
      this.#add(at, row, alive.has(row.row));
    }
  }

  /** Most urgent first: those that grow, those that keep the process alive, the many. */
  groups(): readonly OpenGroup[] {
    return [...this.#drafts.values()]
      .map((draft) => finish(draft))
      .sort((a, b) => (b.growthPerMinute ?? 0) - (a.growthPerMinute ?? 0) || b.keepsAlive - a.keepsAlive || b.count - a.count);
  }

  #add(at: ThreadAt, row: OpenRow, keepsAlive: boolean): void {
    const draft = this.#draft(at, row);
    draft.count += row.weight;
    draft.estimated ||= row.weight > 1;
    draft.oldestMs = Math.max(draft.oldestMs, at.endMs - row.openedMs);
    if (keepsAlive) draft.keepsAlive += row.weight;
    if (row.detail !== '' && draft.examples.length < maxExamples && !draft.examples.includes(row.detail))
      draft.examples.push(row.detail);
    draft.processes.add(at.process.key);
    const history = at.thread.rows.history(row.type, row.site);
    if (history) draft.histories.set(history, { thread: at.thread, endMs: at.endMs });
  }

  #draft(at: ThreadAt, row: OpenRow): Draft {
    const site = this.#sites.of(at.thread, row.site);
    const owner = ownerOf(at.thread, row);
    const key = `${row.type} ${site ?? '?'} ${owner ?? ''}`;
    const known = this.#drafts.get(key);
    if (known) return known;
    const made: Draft = {
      type: row.type,
      site,
      owner,
      count: 0,
      estimated: false,
      oldestMs: 0,
      keepsAlive: 0,
      examples: [],
      processes: new Set(),
      histories: new Map(),
    };
    this.#drafts.set(key, made);
    return made;
  }
}

function ownerOf(thread: ThreadData, row: OpenRow): string | null {
  const id = thread.ownedRows.get(row.row);
  if (id === undefined) return null;
  const item = thread.owned.item(id);
  return item?.name ?? item?.type ?? 'a registry';
}

function finish(draft: Draft): OpenGroup {
  const { type, site, owner, count, estimated, oldestMs, keepsAlive, examples } = draft;
  return {
    type,
    site,
    owner,
    count,
    estimated,
    growthPerMinute: growthPerMinute(draft),
    oldestMs: Math.max(0, Math.round(oldestMs)),
    keepsAlive,
    examples,
    processes: [...draft.processes],
  };
}
