import { diff } from '../core/index.ts';
import type { RegistrySnapshot, ResourceId, ResourceRegistry } from '../core/index.ts';
import { programLine } from './caller.ts';
import type { LeftOpen } from './words.ts';

/** The rows of one registry that came since it was made, with the line of each: also where the kind keeps none, and as source maps say. */
export class NewRows implements Disposable {
  readonly #registry: ResourceRegistry;
  readonly #before: RegistrySnapshot;
  readonly #lines: Map<ResourceId, string> = new Map();
  readonly #subscription: Disposable | undefined;

  constructor(registry: ResourceRegistry, withLines: boolean) {
    this.#registry = registry;
    this.#before = registry.snapshot();
    if (withLines) this.#subscription = this.#listen();
  }

  left(): readonly LeftOpen[] {
    return diff(this.#before, this.#registry.snapshot()).added.map(({ id, type, name, state, createdAt }) => {
      const what = `${type}${name === null ? '' : ` "${name}"`}${state === 'live' ? '' : `, ${state}`}`;
      return { kind: 'resource', what, count: 1, createdAt: this.#lines.get(id) ?? createdAt };
    });
  }

  [Symbol.dispose](): void {
    this.#subscription?.[Symbol.dispose]();
  }

  #listen(): Disposable {
    return this.#registry.on((event) => {
      if (event.kind === 'released') this.#lines.delete(event.id);
      if (event.kind !== 'registered') return;
      const { site } = programLine();
      if (site !== null) this.#lines.set(event.id, site);
    });
  }
}
