import { quietly } from '../agent.ts';
import type { AnyFunction } from '../sites.ts';

export type Callable = (this: unknown, ...values: unknown[]) => unknown;
export type Values = ArrayLike<unknown> & Iterable<unknown>;

/** Gives the replacement the name, length and every other own property (`util.promisify.custom`, say) of the original. */
export function disguise(replacement: AnyFunction, original: AnyFunction): void {
  quietly(() => void Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original)));
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
    descriptor.value = replacement;
    Object.defineProperty(target, key, descriptor);
  });
}

/** Frames of ours that stand between the program and the function that it called: `below` and `callWithRoom`. */
const ownFrames = 2;

/**
 * Calls a function with room on stacks for the frames of ours: where node throws, the program loses none of its own.
 * No catch: the place that threw stays the place that is printed.
 */
export function callWithRoom(original: AnyFunction, self: unknown, values: Values): unknown {
  const limit = Error.stackTraceLimit;
  const room = typeof limit === 'number' && limit > 0 && limit < 1000;
  if (room) quietly(() => void (Error.stackTraceLimit = limit + ownFrames));
  try {
    return Reflect.apply(original, self, values);
  } finally {
    if (room) quietly(() => void (Error.stackTraceLimit = limit));
  }
}

/** One call of an observed function. */
export interface Call {
  readonly self: unknown;
  readonly values: Values;
  /** The function of ours that the program called: stacks are read below it. */
  readonly below: AnyFunction;
}

/** What to do with the result; undefined: nothing. */
export type Finish = ((result: unknown) => void) | undefined;
/** Called before the original. */
export type Observe = (call: Call) => Finish;

function begin(observe: Observe, call: Call): Finish {
  let finish: Finish;
  quietly(() => {
    finish = observe(call);
  });
  return finish;
}

/** Sees calls that answer at once. */
export function onReturn(target: object, keys: readonly string[], observe: Observe): void {
  for (const key of keys) {
    wrap(target, key, (original) => {
      const below: Callable = function (this: unknown) {
        const finish = begin(observe, { self: this, values: arguments, below });
        const result = callWithRoom(original, this, arguments);
        if (finish) quietly(() => finish(result));
        return result;
      };
      return below;
    });
  }
}

/** Sees calls that answer through a callback in last place, `(error, result)`. */
export function onCallback(target: object, key: string, observe: Observe): void {
  wrap(target, key, (original) => {
    const below: Callable = function (this: unknown) {
      const values: unknown[] = Array.from(arguments);
      const callback = values[values.length - 1];
      const finish = typeof callback === 'function' ? begin(observe, { self: this, values, below }) : undefined;
      if (finish) {
        values[values.length - 1] = function (this: unknown, error: unknown, result: unknown) {
          if (!error) quietly(() => finish(result));
          return Reflect.apply(callback as AnyFunction, this, arguments);
        };
      }
      return callWithRoom(original, this, values);
    };
    return below;
  });
}

/** Sees calls that answer with a promise. The derived promise is handed out: a branch of our own beside it would mark the program's promise as handled. */
export function onPromise(target: object, keys: readonly string[], observe: Observe): void {
  for (const key of keys) {
    wrap(target, key, (original) => {
      // A method, since async functions have no prototype either.
      // oxlint-disable-next-line typescript/unbound-method -- becomes the method of somebody else
      const { below } = {
        below(this: unknown): unknown {
          const finish = begin(observe, { self: this, values: arguments, below });
          const promise = Reflect.apply(original, this, arguments) as Promise<unknown>;
          if (!finish) return promise;
          return promise.then((result) => {
            quietly(() => finish(result));
            return result;
          });
        },
      };
      return below;
    });
  }
}
