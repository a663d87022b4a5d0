import type { Milliseconds } from '../kernel/units.ts';

/** Failures in a row that open a circuit. */
const failuresAllowed = 5;

interface Circuit {
  failures: number;
  openUntilMs: Milliseconds;
}

/**
 * Circuits by name: closed until failures come in a row, then open for a while, then one trial call decides. Only circuits with
 * failures are kept. Looks at the time when asked; has no timers.
 */
export class Circuits {
  readonly #openMs: Milliseconds;
  readonly #circuits: Map<string, Circuit> = new Map();

  constructor(openMs: Milliseconds) {
    this.#openMs = openMs;
  }

  /** Whether a call may be made now. The first one after the pause may; it is the trial, and the others wait for its end. */
  allows(name: string, nowMs: Milliseconds): boolean {
    const circuit = this.#circuits.get(name);
    if (circuit === undefined || circuit.openUntilMs === 0) return true;
    if (nowMs < circuit.openUntilMs) return false;
    circuit.openUntilMs = nowMs + this.#openMs;
    return true;
  }

  succeeded(name: string): void {
    this.#circuits.delete(name);
  }

  /** `atOnce`: the error itself asks to stop. */
  failed(name: string, nowMs: Milliseconds, atOnce: boolean): void {
    const circuit = this.#circuits.get(name) ?? { failures: 0, openUntilMs: 0 };
    this.#circuits.set(name, circuit);
    circuit.failures += 1;
    if (atOnce || circuit.failures >= failuresAllowed) circuit.openUntilMs = nowMs + this.#openMs;
  }

  /** The names of those that refuse calls. */
  open(nowMs: Milliseconds): readonly string[] {
    return [...this.#circuits].filter(([, circuit]) => circuit.openUntilMs > nowMs).map(([name]) => name);
  }
}
