import { AsyncLocalStorage } from 'node:async_hooks';
import { WatertightError } from '../kernel/errors.ts';
import type { MaybePromise } from '../kernel/units.ts';
import type { ScopeOptions } from './default-registry.ts';
import { scope as openScope } from './default-registry.ts';
import type { Scope } from './scope.ts';

// A module of its own, and nothing before the first use: on Node 20 the first `run` of any AsyncLocalStorage makes every await in
// the process about three times slower (0.4 to 1.2 µs for three awaits); on Node 24 and later it costs the others nothing.
let storage: AsyncLocalStorage<Scope> | undefined;

/** The scope of the nearest `runInScope` or `withScope` around this call, through awaits and callbacks; undefined outside. It may be closed already where work outlives its scope: what is registered then is released at once and answered with WT_SHUTTING_DOWN. */
export function currentScope(): Scope | undefined {
  return storage?.getStore();
}

/** As `currentScope`, for code that cannot do without. Throws WT_NOT_FOUND outside of any. */
export function requireScope(): Scope {
  const found = currentScope();
  if (found === undefined) {
    throw new WatertightError('WT_NOT_FOUND', 'there is no ambient scope here: call this inside `runInScope` or `withScope`');
  }
  return found;
}

/** Calls `task` with `scope` as the ambient one and returns what it returns. The scope is not closed. */
export function withScope<R>(scope: Scope, task: () => R): R {
  storage ??= new AsyncLocalStorage();
  return storage.run(scope, task);
}

/**
 * Opens a scope, runs `task` with it as the ambient one, and closes it: as `Scope.run`, with the same results and errors. The new
 * scope is a child of the ambient one where there is one and `registry` is not given.
 */
export function runInScope<R>(task: (scope: Scope) => MaybePromise<R>, options: ScopeOptions = {}): Promise<R> {
  const { registry, ...rest } = options;
  const outer = registry === undefined ? currentScope() : undefined;
  const opened = outer === undefined ? openScope(options) : outer.child(rest);
  return opened.run((scope) => withScope(scope, () => task(scope)));
}
