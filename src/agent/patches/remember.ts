/** Objects, and those of their properties that are about to be replaced. */
export type Targets = readonly (readonly [target: object, keys: readonly string[]])[];

/** Functions as they were before they were replaced. */
export interface Remembered {
  /** What differs now from what was there before is ours. */
  readonly patched: () => void;
  /** Puts back what was there before, where ours still stands; what somebody else has put around ours stays, and passes through. */
  readonly restore: () => void;
}

interface Change {
  readonly target: object;
  readonly key: string;
  readonly before: PropertyDescriptor | undefined;
  readonly ours: PropertyDescriptor | undefined;
}

function same(one: PropertyDescriptor | undefined, other: PropertyDescriptor | undefined): boolean {
  // oxlint-disable-next-line typescript/unbound-method -- compared, never called
  return one?.value === other?.value && one?.get === other?.get;
}

function putBack({ target, key, before, ours }: Change): void {
  if (!same(Object.getOwnPropertyDescriptor(target, key), ours)) return;
  if (before === undefined) Reflect.deleteProperty(target, key);
  else Object.defineProperty(target, key, before);
}

/** Remembers functions that are about to be replaced. */
export function remember(targets: Targets): Remembered {
  const all = targets.flatMap(([target, keys]) =>
    keys.map((key) => ({ target, key, before: Object.getOwnPropertyDescriptor(target, key) })),
  );
  let changes: readonly Change[] = [];
  return {
    patched() {
      changes = all.flatMap((one) => {
        const ours = Object.getOwnPropertyDescriptor(one.target, one.key);
        return same(one.before, ours) ? [] : [{ ...one, ours }];
      });
    },
    restore() {
      for (const change of changes) putBack(change);
    },
  };
}
