import type { HandleType, OpenedRecord } from '../../wire/index.ts';
import { CountHistory } from './count-history.ts';

export interface OpenRow {
  readonly row: number;
  readonly openedMs: number;
  readonly type: HandleType;
  readonly site: number;
  readonly detail: string;
  /** How many handles it stands for. */
  readonly weight: number;
}

/** How many handles of a type, made at a site, were open over time. */
export interface SiteHistory {
  readonly type: HandleType;
  readonly site: number;
  readonly history: CountHistory;
}

/** Bound on rows held per thread; the agent has its own bound below this one. */
const maxRows = 500_000;

/** The handles of one thread that are open, and how the number of each sort from each site went over time. */
export class OpenRows {
  readonly #rows = new Map<number, OpenRow>();
  readonly #histories = new Map<string, SiteHistory>();
  #refused = 0;

  open(record: OpenedRecord): void {
    const [, openedMs, row, type, site, detail, weight] = record;
    if (this.#rows.size >= maxRows) {
      this.#refused += 1;
      return;
    }
    if (this.#rows.has(row)) return;
    this.#rows.set(row, { row, openedMs, type, site, detail, weight });
    this.#history(type, site).add(openedMs, weight);
  }

  close(tMs: number, row: number): void {
    const found = this.#rows.get(row);
    if (found === undefined) return;
    this.#rows.delete(row);
    this.#history(found.type, found.site).add(tMs, -found.weight);
  }

  get(row: number): OpenRow | undefined {
    return this.#rows.get(row);
  }

  all(): IterableIterator<OpenRow> {
    return this.#rows.values();
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Rows that found no place. */
  get refused(): number {
    return this.#refused;
  }

  /** How many handles of this type, made at this site, were open over time. */
  history(type: HandleType, site: number): CountHistory | undefined {
    return this.#histories.get(`${type} ${site}`)?.history;
  }

  /** All of them. */
  histories(): readonly SiteHistory[] {
    return [...this.#histories.values()];
  }

  #history(type: HandleType, site: number): CountHistory {
    const key = `${type} ${site}`;
    const known = this.#histories.get(key);
    if (known) return known.history;
    const made = { type, site, history: new CountHistory() };
    this.#histories.set(key, made);
    return made.history;
  }
}
