import { ResourceRegistry } from './registry.ts';
import type { ChildScopeOptions, Scope } from './scope.ts';

/** How a scope of its own is opened. */
export interface ScopeOptions extends ChildScopeOptions {
  /** Who keeps its rows. Default: `defaultRegistry()`. */
  readonly registry?: ResourceRegistry;
}

let registry: ResourceRegistry | undefined;

/** The registry that is used where none is named. Made on first use; each copy of the package has its own. */
export function defaultRegistry(): ResourceRegistry {
  registry ??= new ResourceRegistry({ name: 'default' });
  return registry;
}

/** Opens a scope. Throws WT_INVALID_OPTION, WT_SHUTTING_DOWN, WT_NAME_TAKEN, WT_RESOURCE_EXHAUSTED. */
export function scope(options?: ScopeOptions): Scope {
  if (options === undefined) return defaultRegistry().scope();
  const { registry: chosen, ...rest } = options;
  return (chosen ?? defaultRegistry()).scope(rest);
}
