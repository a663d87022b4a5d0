import type { Milliseconds } from '../kernel/units.ts';

/** Upper bounds of the classes of release durations; the last class has none. */
export const durationBoundsMs: readonly Milliseconds[] = Object.freeze([
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000,
]);

/** What a registry has counted since it was made. */
export class Counts {
  registered = 0;
  released = 0;
  failed = 0;
  timedOut = 0;
  abandoned = 0;
  detached = 0;
  leaked = 0;
  /** Releases that settled after their deadline. */
  settledLate = 0;
  /** Registrations that were refused; what was handed over was released. */
  refused = 0;
  /** Rows that policies have picked. */
  readonly picked: { lifetime: number; idle: number; pressure: number } = { lifetime: 0, idle: 0, pressure: 0 };
  /** What probes said after releases. */
  readonly verified: { gone: number; stillThere: number; unverifiable: number } = { gone: 0, stillThere: 0, unverifiable: 0 };
  readonly durations: number[] = Array.from({ length: durationBoundsMs.length + 1 }, () => 0);

  #runs = 0;

  /** True for every 64th release whose duration nobody asks for: reading the clock twice costs more than the rest of a release. */
  nextIsMeasured(): boolean {
    this.#runs += 1;
    return this.#runs % 64 === 0;
  }

  measured(durationMs: Milliseconds): void {
    let index = 0;
    while (durationMs > (durationBoundsMs[index] ?? Infinity)) index += 1;
    this.durations[index] = (this.durations[index] ?? 0) + 1;
  }
}
