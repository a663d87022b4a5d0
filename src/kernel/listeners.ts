/**
 * Listeners of one event, isolated from each other and from who emits: one that throws (or returns a promise that rejects) hinders
 * nobody, its error goes to `onError`. Listeners that come or go during an emission count from the next one.
 */
export class Listeners<T> {
  readonly #onError: (error: unknown) => void;
  #listeners: readonly ((event: T) => void)[] = [];

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get size(): number {
    return this.#listeners.length;
  }

  /** Dispose the result and the listener is called no more. The same function added twice is called twice. */
  add(listener: (event: T) => void): Disposable {
    // A wrapper of its own, so that removing takes away this registration and no other.
    const own = (event: T): void => listener(event);
    this.#listeners = [...this.#listeners, own];
    return {
      [Symbol.dispose]: () => {
        this.#listeners = this.#listeners.filter((entry) => entry !== own);
      },
    };
  }

  emit(event: T): void {
    for (const listener of this.#listeners) isolated(() => listener(event), this.#onError);
  }
}

/** Calls `task`; what it throws, or its promise rejects with, goes to `onError`, and what that throws is dropped. */
export function isolated(task: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = task();
    if (isPromiseLike(result)) result.then(undefined, (error: unknown) => quietly(onError, error));
  } catch (error) {
    quietly(onError, error);
  }
}

function quietly(report: (error: unknown) => void, error: unknown): void {
  try {
    report(error);
  } catch {
    // Whoever is told about errors of listeners failed as well: there is nobody left to tell.
  }
}

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
