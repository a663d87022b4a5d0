import type { RegistryEvent } from '../events.ts';
import type { ResourceGuard } from '../guard.ts';
import type { Proof } from '../probes/by-type.ts';
import type { ResourceRegistry } from '../registry.ts';

interface Entry {
  readonly guard: ResourceGuard<unknown>;
  readonly proof: Proof;
}

/** So many released resources can still be asked about; the oldest are forgotten. */
const maxRemembered = 1_000;

/** What a manager has registered, by the ids of its callers, and how to ask about what it has released. */
export class Books {
  readonly #entries: Map<string, Entry> = new Map();
  readonly #released: Map<string, Proof> = new Map();

  constructor(registry: ResourceRegistry) {
    registry.on((event) => this.#told(event));
  }

  get size(): number {
    return this.#entries.size;
  }

  add(id: string, guard: ResourceGuard<unknown>, proof: Proof): void {
    this.#entries.set(id, { guard, proof });
    this.#released.delete(id);
  }

  guard(id: string): ResourceGuard<unknown> | undefined {
    return this.#entries.get(id)?.guard;
  }

  /** How to ask about a resource that was released, if it is remembered. */
  proof(id: string): Proof | undefined {
    return this.#released.get(id);
  }

  #told(event: RegistryEvent): void {
    if (event.kind !== 'released' && event.kind !== 'detached') return;
    const id = event.name;
    const entry = id === null ? undefined : this.#entries.get(id);
    if (id === null || entry === undefined) return;
    this.#entries.delete(id);
    this.#released.delete(id);
    this.#released.set(id, entry.proof);
    const [oldest] = this.#released.keys();
    if (this.#released.size > maxRemembered && oldest !== undefined) this.#released.delete(oldest);
  }
}
