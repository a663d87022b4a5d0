import { AsyncLocalStorage } from 'node:async_hooks';

// Nothing before the first use: on Node 20 and 22 the first `run` of any AsyncLocalStorage makes every await of the process slower.
let storage: AsyncLocalStorage<object> | undefined;

/** What was given to the nearest `runWith` around this call, through awaits and callbacks; undefined outside. */
export function ambient(): object | undefined {
  return storage?.getStore();
}

export function runWith<R>(value: object, task: () => R): R {
  storage ??= new AsyncLocalStorage();
  return storage.run(value, task);
}
