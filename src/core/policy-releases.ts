import type { ResourceId } from '../kernel/ids.ts';
import type { Ledger } from './ledger.ts';
import { startRelease } from './release.ts';
import { ReleaseRun } from './run.ts';
import { rowState } from './table.ts';

/** Why a policy picks a row. */
export type PolicyReason = 'lifetime' | 'idle' | 'pressure';

/** A row that a policy has picked. */
export interface Pick {
  readonly id: ResourceId;
  readonly reason: PolicyReason;
}

/** What keeps a row from being picked: tasks that use it, or rows that must be released before it. */
export type Hindrance = 'in use' | 'comes later';

/** Who is told what became of the picks. */
interface Told {
  /** A row could not be released when its turn came. */
  readonly onSkipped: (slot: number, hindrance: Hindrance) => void;
  /** All have been begun. */
  readonly onDrained: () => void;
}

/** How many releases are begun before other work of the program gets its turn. */
const sliceLength = 500;

/** What stands against releasing a live row now. */
export function hindranceOf(ledger: Ledger, slot: number): Hindrance | undefined {
  const record = ledger.recordAt(slot);
  if (record === undefined) return undefined;
  if (record.pins > 0) return 'in use';
  return record.after !== undefined && predecessorsOf(ledger, slot).length > 0 ? 'comes later' : undefined;
}

/** The rows that must be released before this one, and have not been: what ended badly stands in nobody's way. */
export function predecessorsOf(ledger: Ledger, slot: number): readonly ResourceId[] {
  const { table } = ledger;
  const standing = (id: ResourceId): boolean => {
    const other = table.find(id);
    return other >= 0 && table.state(other) <= rowState.releasing;
  };
  return ledger.recordAt(slot)?.after?.filter(standing) ?? [];
}

/** Whether policies may pick rows like this one at all. */
export function isPickable(ledger: Ledger, slot: number): boolean {
  const { table } = ledger;
  const kind = table.hows[slot]?.kind;
  return kind !== undefined && table.state(slot) === rowState.live && !kind.essential && !kind.isScope;
}

/** Releases picked rows, so many at a time: one that hangs holds up no more than its place, until its deadline. */
export class PolicyReleases {
  readonly #ledger: Ledger;
  readonly #concurrency: number;
  readonly #onSkipped: (slot: number, hindrance: Hindrance) => void;
  readonly #onDrained: () => void;
  #picks: readonly Pick[] = [];
  #at = 0;
  #running = 0;
  #pumping = false;
  #stopped = false;

  constructor(ledger: Ledger, concurrency: number, told: Told) {
    this.#ledger = ledger;
    this.#concurrency = concurrency;
    this.#onSkipped = told.onSkipped;
    this.#onDrained = told.onDrained;
  }

  /** Some that were handed over have not been begun yet. */
  get busy(): boolean {
    return this.#at < this.#picks.length;
  }

  /** Only when not busy. */
  begin(picks: readonly Pick[]): void {
    this.#picks = picks;
    this.#at = 0;
    this.#pump();
  }

  /** What was not begun is forgotten. */
  stop(): void {
    this.#stopped = true;
    this.#picks = [];
  }

  #pump(): void {
    if (this.#pumping || this.#stopped) return;
    this.#pumping = true;
    const end = this.#at + sliceLength;
    while (this.busy && this.#running < this.#concurrency && this.#at < end) this.#next();
    this.#pumping = false;
    if (!this.busy) this.#drained();
    else if (this.#running < this.#concurrency) this.#ledger.clock.schedule(0, () => this.#pump());
  }

  #drained(): void {
    this.#picks = [];
    this.#at = 0;
    this.#onDrained();
  }

  #next(): void {
    const pick = this.#picks[this.#at];
    this.#at += 1;
    const slot = pick === undefined ? -1 : this.#ledger.table.find(pick.id);
    if (pick === undefined || slot < 0 || !isPickable(this.#ledger, slot)) return;
    const hindrance = hindranceOf(this.#ledger, slot);
    if (hindrance !== undefined) return this.#onSkipped(slot, hindrance);
    this.#ledger.counts.picked[pick.reason] += 1;
    const started = startRelease(this.#ledger, slot, pick.reason, undefined);
    if (started instanceof ReleaseRun) this.#follow(started);
  }

  /** A release without a deadline takes no place: it may never end. */
  #follow(run: ReleaseRun): void {
    const { releaseTimeoutMs } = run.kind;
    if (releaseTimeoutMs === 0 || releaseTimeoutMs === Infinity) return;
    this.#running += 1;
    run.waiter = {
      runOver: () => {
        this.#running -= 1;
        if (this.busy) this.#pump();
      },
    };
  }
}
