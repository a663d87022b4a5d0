import type { Kind } from './kind.ts';
import type { Ledger, RowWatch } from './ledger.ts';
import { AgePolicy } from './policy-ages.ts';
import type { Limits } from './policy-ages.ts';
import type { PolicySettings } from './policy-options.ts';
import { PressureRelief } from './policy-pressure.ts';

/** What a registry releases of itself, by one policy; another policy is another object. */
export class Policies implements RowWatch {
  readonly #ages: AgePolicy;
  readonly #relief: PressureRelief | undefined;

  constructor(ledger: Ledger, settings: PolicySettings, concurrency: number) {
    const { enabled, pressure, maxLifetimeMs, maxIdleMs } = settings;
    ledger.timesAll = enabled && (maxLifetimeMs > 0 || maxIdleMs > 0);
    this.#ages = new AgePolicy(ledger, settings, concurrency);
    // Listens at once, and may release at once.
    this.#relief = enabled && pressure !== undefined ? new PressureRelief(ledger, pressure, concurrency) : undefined;
  }

  added(slot: number, kind: Kind, nowMs: number): void {
    this.#ages.added(slot, kind, nowMs);
  }

  unpinned(): void {
    this.#ages.unpinned();
  }

  limitsOf(kind: Kind): Limits {
    return this.#ages.limitsOf(kind);
  }

  stop(): void {
    this.#ages.stop();
    this.#relief?.stop();
  }
}
