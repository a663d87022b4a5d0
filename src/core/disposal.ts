import { invalid, shown } from '../kernel/options.ts';
import type { MaybePromise } from '../kernel/units.ts';
import { Kind } from './kind.ts';
import type { Release, ReleaseContext } from './words.ts';

/** The member of a value that lets go of it, asynchronous first; undefined when it has neither. */
export function disposerOf(value: unknown): ((this: unknown) => MaybePromise<void>) | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  // Whatever stands under these symbols is checked before it is called.
  const both = value as { [Symbol.asyncDispose]?: unknown; [Symbol.dispose]?: unknown };
  const member = both[Symbol.asyncDispose] ?? both[Symbol.dispose];
  return typeof member === 'function' ? (member as (this: unknown) => MaybePromise<void>) : undefined;
}

export function syncDisposerOf(value: unknown): ((this: unknown) => void) | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  const member = (value as { [Symbol.dispose]?: unknown })[Symbol.dispose];
  return typeof member === 'function' ? (member as (this: unknown) => void) : undefined;
}

export function noDisposer(where: string, value: unknown): Error {
  return invalid(
    where,
    `the value has neither Symbol.asyncDispose nor Symbol.dispose, and no release was given; got ${shown(value)}`,
  );
}

/** For `scope.use(value)`: what the value has under the symbol is called, without a further look. */
export const disposableKind: Kind = new Kind(
  {
    type: 'custom',
    release: (value: Disposable) => value[Symbol.dispose](),
  },
  'disposal',
);
export const asyncDisposableKind: Kind = new Kind(
  {
    type: 'custom',
    // Whatever it returns is awaited when it is a promise.
    release: (value: AsyncDisposable) => value[Symbol.asyncDispose]() as Promise<void>,
  },
  'disposal',
);

/** Which of the two; undefined when the value disposes of itself in neither way. */
export function disposalKindOf(value: unknown): Kind | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  const both = value as { [Symbol.asyncDispose]?: unknown; [Symbol.dispose]?: unknown };
  if (typeof both[Symbol.asyncDispose] === 'function') return asyncDisposableKind;
  return typeof both[Symbol.dispose] === 'function' ? disposableKind : undefined;
}
/** For `scope.adopt(value, release)`. */
export const adoptedKind: Kind = new Kind({ type: 'custom' });
/** For `scope.defer(release)`: the value is the function. */
export const deferredKind: Kind = new Kind({
  type: 'custom',
  release: (task: Release<void>, context: ReleaseContext) => task(undefined, context),
});
/** For scopes themselves. Their deadline is their own (`deadlineMs`). */
export const scopeKind: Kind = new Kind({ type: 'scope', releaseTimeoutMs: 0, stack: 'off' }, 'scope');
