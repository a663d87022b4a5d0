import type { Agent } from '../agent.ts';
import type { Targets } from '../patches/remember.ts';
import { remember } from '../patches/remember.ts';
import type { Callable } from '../patches/wrap.ts';
import { wrap } from '../patches/wrap.ts';
import type { AnyFunction } from '../sites.ts';

/** Memory outside of the heap that a call of the program made. */
export interface Allocation {
  /** Lives as long as the memory is held. */
  readonly holder: object;
  readonly bytes: number;
  /** What the program called: `Buffer.alloc`, `SharedArrayBuffer`. */
  readonly name: string;
  /** The function of ours that it called instead: stacks are read below it. */
  readonly below: AnyFunction;
}

/** Whether one of so many bytes is to be taken. Never throws. */
export type IsDue = (bytes: number) => boolean;

type Seen = (made: object, below: AnyFunction) => void;

/** `allocUnsafe` and `from` cut small ones out of a pool: only the part counts. */
const ofBuffer = { alloc: 'whole', allocUnsafeSlow: 'whole', allocUnsafe: 'part', from: 'part' } as const;

interface MemoryConstructor {
  readonly target: object;
  readonly key: string;
  readonly name: string;
  readonly bytesOf: (made: never) => number;
}

const constructors: readonly MemoryConstructor[] = [
  {
    target: globalThis,
    key: 'SharedArrayBuffer',
    name: 'SharedArrayBuffer',
    bytesOf: (made: SharedArrayBuffer) => made.byteLength,
  },
  {
    target: (globalThis as { readonly WebAssembly?: object }).WebAssembly ?? {},
    key: 'Memory',
    name: 'WebAssembly.Memory',
    bytesOf: (made: { readonly buffer: ArrayBufferLike }) => made.buffer.byteLength,
  },
];

function prototypeOf({ target, key }: MemoryConstructor): object {
  return (Reflect.get(target, key) as { readonly prototype: object } | undefined)?.prototype ?? {};
}

/** Puts a constructor in the place of another that makes the same objects: `instanceof`, subclasses and `constructor` go on as they are. */
function wrapConstructor(made: MemoryConstructor, seen: Seen): void {
  const { target, key } = made;
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  const original: unknown = descriptor?.value;
  if (descriptor?.configurable !== true || typeof original !== 'function') return;
  const construct = (constructor: AnyFunction, values: unknown[], newTarget: AnyFunction): object => {
    const object = Reflect.construct(constructor, values, newTarget === replacement ? constructor : newTarget) as object;
    seen(object, construct);
    return object;
  };
  const replacement: unknown = new Proxy(original, { construct });
  const prototype = prototypeOf(made);
  Object.defineProperty(target, key, { ...descriptor, value: replacement });
  const named = Object.getOwnPropertyDescriptor(prototype, 'constructor');
  if (named?.configurable === true) Object.defineProperty(prototype, 'constructor', { ...named, value: replacement });
}

function watchBuffers(agent: Agent, isDue: IsDue, take: (allocation: Allocation) => void): void {
  for (const [key, counted] of Object.entries(ofBuffer))
    wrap(Buffer, key, (original) => {
      const below: Callable = function (this: unknown) {
        const made = Reflect.apply(original, this, arguments) as Buffer | undefined;
        // Whoever replaced it before us may answer anything.
        const bytes = (counted === 'whole' ? made?.buffer?.byteLength : made?.length) ?? 0;
        if (isDue(bytes)) agent.quietly(() => take({ holder: made?.buffer as object, bytes, name: `Buffer.${key}`, below }));
        return made;
      };
      return below;
    });
}

/**
 * Sees memory outside of the heap as it is made by `Buffer`, `SharedArrayBuffer` and `WebAssembly.Memory`. `take` is called for what is due; what it
 * throws does not reach the program. Undone when an attached agent stops.
 */
export function watchAllocators(agent: Agent, isDue: IsDue, take: (allocation: Allocation) => void): void {
  const functions = remember([
    [Buffer, Object.keys(ofBuffer)],
    ...constructors.flatMap((one): Targets => [
      [one.target, [one.key]],
      [prototypeOf(one), ['constructor']],
    ]),
  ]);
  watchBuffers(agent, isDue, take);
  for (const one of constructors)
    agent.quietly(() =>
      wrapConstructor(one, (made, below) =>
        agent.quietly(() => {
          const bytes = one.bytesOf(made as never);
          if (isDue(bytes)) take({ holder: made, bytes, name: one.name, below });
        }),
      ),
    );
  functions.patched();
  agent.stops?.push(functions.restore);
}
