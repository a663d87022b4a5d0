import { quietly } from '../agent.ts';
import type { AnyFunction } from '../sites.ts';

export type Callable = (this: unknown, ...values: unknown[]) => unknown;

/** Gives the replacement the name, length and every other own property (`util.promisify.custom`, say) of the original. */
function disguise(replacement: AnyFunction, original: AnyFunction): void {
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor) quietly(() => void Object.defineProperty(replacement, key, descriptor));
  }
}

/**
 * Replaces `target[key]` by what `make` returns, with the same property attributes. Leaves it alone if it is not a
 * function or cannot be replaced.
 */
export function wrap(target: object, key: string, make: (original: Callable) => Callable): void {
  quietly(() => {
    const descriptor = Object.getOwnPropertyDescriptor(target, key);
    const original: unknown = descriptor && descriptor.value;
    if (!descriptor || typeof original !== 'function' || !descriptor.configurable) return;
    const replacement = make(original as Callable);
    disguise(replacement, original);
    Object.defineProperty(target, key, {
      value: replacement,
      writable: descriptor.writable === true,
      enumerable: descriptor.enumerable === true,
      configurable: true,
    });
  });
}

/**
 * Calls a function of node that throws errors of its own, with room on the stack for the frame of ours that stands
 * in between: the program loses none of its frames. No catch: the place that threw stays the place that is printed.
 */
export function callWithRoom(original: Callable, self: unknown, values: ArrayLike<unknown>): unknown {
  const limit = Error.stackTraceLimit;
  const room = typeof limit === 'number' && limit > 0 && limit < 1000;
  if (room) quietly(() => void (Error.stackTraceLimit = limit + 1));
  try {
    return Reflect.apply(original, self, values);
  } finally {
    if (room) quietly(() => void (Error.stackTraceLimit = limit));
  }
}
