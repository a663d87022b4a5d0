import type { OwnedRecord, OwnedTotals } from '../../wire/index.ts';

export interface OwnedItem {
  readonly id: number;
  readonly type: string;
  readonly name: string | null;
  readonly createdAt: string | null;
}

export interface OwnedTrouble extends OwnedItem {
  readonly result: string;
  readonly reason: string | null;
  readonly error: string | null;
}

type Count = { -readonly [Key in keyof OwnedTotals]: number };

const maxProblems = 200;
const countedBy: Readonly<Record<string, keyof OwnedTotals>> = {
  released: 'released',
  failed: 'failed',
  'timed-out': 'timedOut',
  abandoned: 'abandoned',
};
/** Events after which a resource is no longer held. */
const endings: ReadonlySet<string> = new Set(['released', 'detached', 'abandoned', 'timed-out', 'leaked']);
const troubles: ReadonlySet<string> = new Set(['failed', 'timed-out', 'abandoned', 'leaked']);

/** What the registries of one thread said of their resources. */
export class OwnedData {
  readonly #live = new Map<number, OwnedItem>();
  readonly #totals = new Map<string, Count>();
  readonly #problems: OwnedTrouble[] = [];

  apply(record: OwnedRecord): void {
    const [, , event, id, type, name, createdAt, reason, error] = record;
    const item: OwnedItem = { id, type, name, createdAt };
    const totals = this.#totalsOf(type);
    if (event === 'registered') this.#live.set(id, item);
    if (endings.has(event)) this.#live.delete(id);
    const key = countedBy[event];
    if (key !== undefined) totals[key] += 1;
    if (troubles.has(event) && this.#problems.length < maxProblems) {
      this.#problems.push({ ...item, result: event, reason, error });
    }
  }

  item(id: number): OwnedItem | undefined {
    return this.#live.get(id);
  }

  get problems(): readonly OwnedTrouble[] {
    return this.#problems;
  }

  totals(): ReadonlyMap<string, OwnedTotals> {
    const live = new Map<string, number>();
    for (const item of this.#live.values()) live.set(item.type, (live.get(item.type) ?? 0) + 1);
    return new Map([...this.#totals].map(([type, counts]) => [type, { ...counts, live: live.get(type) ?? 0 }]));
  }

  #totalsOf(type: string): Count {
    const known = this.#totals.get(type);
    if (known) return known;
    const made: Count = { live: 0, released: 0, failed: 0, timedOut: 0, abandoned: 0 };
    this.#totals.set(type, made);
    return made;
  }
}
