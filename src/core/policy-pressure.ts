import type { Ledger } from './ledger.ts';
import type { PressureOrder, PressureSettings } from './policy-options.ts';
import { PolicyReleases, hindranceOf, isPickable } from './policy-releases.ts';
import type { Pick } from './policy-releases.ts';

/** Smaller comes first. */
type Rank = (ledger: Ledger, slot: number) => number;

const ranks: Readonly<Record<PressureOrder, Rank>> = {
  'lowest-priority': ({ table }, slot) => table.priority(slot),
  largest: ({ table }, slot) => -table.sizeOf(slot),
  oldest: ({ table }, slot) => table.createdMs(slot),
  'longest-idle': ({ table }, slot) => table.touchedMs(slot),
};

/**
 * Releases rows in batches while something is scarce: from the first level that says so until one that ends it. Between two
 * batches there is a pause, and the source measures anew. No timer as long as nothing is scarce.
 */
export class PressureRelief {
  readonly #ledger: Ledger;
  readonly #settings: PressureSettings;
  readonly #releases: PolicyReleases;
  readonly #ranks: readonly Rank[];
  readonly #onTime: () => void = () => this.#nextRound();
  #listening: Disposable | undefined;
  #relieving = false;
  #handle = -1;

  /** Listens to the source from now on. What the source throws is counted and logged. */
  constructor(ledger: Ledger, settings: PressureSettings, concurrency: number) {
    this.#ledger = ledger;
    this.#settings = settings;
    this.#ranks = settings.order.map((word) => ranks[word]);
    const nothing = (): void => {};
    this.#releases = new PolicyReleases(ledger, concurrency, { onSkipped: nothing, onDrained: nothing });
    ledger.hub.isolate(() => {
      this.#listening = settings.source.onLevel(() => this.#look());
    });
    this.#look();
  }

  stop(): void {
    this.#releases.stop();
    this.#end();
    this.#ledger.hub.isolate(() => this.#listening?.[Symbol.dispose]());
    this.#listening = undefined;
  }

  #level(): string {
    let level = '';
    this.#ledger.hub.isolate(() => {
      level = this.#settings.source.level;
    });
    return level;
  }

  #look(): void {
    if (this.#ledger.phase !== 'open') return;
    const level = this.#level();
    if (this.#settings.end.includes(level)) this.#end();
    else if (!this.#relieving && this.#settings.begin.includes(level)) this.#round();
  }

  #end(): void {
    this.#relieving = false;
    this.#ledger.wheel.cancel(this.#handle);
    this.#handle = -1;
  }

  #nextRound(): void {
    this.#handle = -1;
    const { source, end } = this.#settings;
    // The level that it changes to may end this from within.
    this.#ledger.hub.isolate(() => void source.sample?.());
    if (!this.#relieving || this.#ledger.phase !== 'open') return;
    if (end.includes(this.#level())) return this.#end();
    this.#round();
  }

  #round(): void {
    this.#relieving = true;
    this.#handle = this.#ledger.wheel.set(this.#settings.pauseMs, this.#onTime, 0);
    if (this.#releases.busy) return;
    this.#releases.begin(this.#first());
  }

  /** The first of all rows in the order of the policy: as many as a batch has. */
  #first(): readonly Pick[] {
    const { table } = this.#ledger;
    const best: number[] = [];
    for (let slot = 0; slot < table.slots.used; slot += 1) {
      if (!isPickable(this.#ledger, slot) || hindranceOf(this.#ledger, slot) !== undefined) continue;
      this.#insert(best, slot);
    }
    return best.map((slot) => ({ id: table.id(slot), reason: 'pressure' }));
  }

  #insert(best: number[], slot: number): void {
    let at = best.length;
    while (at > 0 && this.#comesBefore(slot, best[at - 1] ?? -1)) at -= 1;
    if (at === this.#settings.batchSize) return;
    best.splice(at, 0, slot);
    if (best.length > this.#settings.batchSize) best.pop();
  }

  #comesBefore(slot: number, other: number): boolean {
    for (const rank of this.#ranks) {
      const difference = rank(this.#ledger, slot) - rank(this.#ledger, other);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }
}
