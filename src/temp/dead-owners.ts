import type { MaybePromise } from '../kernel/units.ts';
import { aFunction, aName, invalid, shown } from '../kernel/options.ts';
import type { JournalEntry } from './journal-file.ts';

/** What a dead owner left outside its root, one kind of it. */
export interface Estate {
  /** Where the root stands now, moved aside: nobody else buries this owner. */
  readonly path: string;
  /** Of the dead owner: also the mark of the processes that it owned. */
  readonly nonce: string;
  /** The entries of this kind in its journal. */
  readonly entries: readonly JournalEntry[];
}

/** Lets go of what the entries name. Called again with the same ones when it failed, or was cut short. */
export type EstateHandler = (estate: Estate) => MaybePromise<void>;

const handlers: Map<string, EstateHandler> = new Map();

/**
 * From now on sweeps of this process hand the entries of this kind in the journals of dead owners to the handler, before they remove
 * the root. A dead owner whose journal has entries of a kind that nobody here handles is left to a process that does. The last handler of a
 * kind counts; disposing the result takes it away. Throws WT_INVALID_OPTION.
 */
export function onDeadOwner(kind: string, handler: EstateHandler): Disposable {
  if (!aName.accepts(kind)) throw invalid('onDeadOwner', `the kind must be ${aName.expected}, got ${shown(kind)}`);
  if (!aFunction.accepts(handler)) throw invalid('onDeadOwner', `the handler must be a function, got ${shown(handler)}`);
  handlers.set(kind, handler);
  return {
    [Symbol.dispose]() {
      if (handlers.get(kind) === handler) handlers.delete(kind);
    },
  };
}

/** Kinds among the entries that nobody here handles. */
export function unhandledKinds(entries: readonly JournalEntry[]): readonly string[] {
  return [...new Set(entries.map(({ kind }) => kind))].filter((kind) => !handlers.has(kind));
}

/** Runs the handlers, one kind after the other. Throws what the first one throws. */
export async function settleEstate(path: string, nonce: string, entries: readonly JournalEntry[]): Promise<void> {
  for (const [kind, handler] of handlers) {
    const own = entries.filter((entry) => entry.kind === kind);
    if (own.length > 0) await handler({ path, nonce, entries: own });
  }
}
