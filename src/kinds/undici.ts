import { defineKind } from '../core/index.ts';
import type { SyncResourceKind } from '../core/index.ts';
import type { DrainOptions } from './drain.ts';
import { draining } from './drain.ts';

/** The members of a dispatcher of the package `undici` that are used: `Client`, `Pool`, `Agent`, `ProxyAgent`. */
export interface DispatcherLike {
  readonly closed: boolean;
  readonly destroyed: boolean;
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/** What an `Agent` has opened. It forgets that when it is closed, and could not destroy it any more. */
const opened: WeakMap<DispatcherLike, readonly DispatcherLike[]> = new WeakMap();

function isDispatcher(value: unknown): value is DispatcherLike {
  return typeof value === 'object' && value !== null && 'destroy' in value && typeof value.destroy === 'function';
}

/** An `Agent` keeps its pools in a map under a symbol, each in an object or as it is. */
function poolsOf(dispatcher: DispatcherLike): readonly DispatcherLike[] {
  const maps = Object.getOwnPropertySymbols(dispatcher).map((key): unknown => Reflect.get(dispatcher, key));
  return maps
    .flatMap((map): unknown[] => (map instanceof Map ? [...map.values()] : []))
    .map((entry): unknown => (typeof entry === 'object' && entry !== null && 'dispatcher' in entry ? entry.dispatcher : entry))
    .filter(isDispatcher);
}

function end(dispatcher: DispatcherLike): Promise<void> | undefined {
  if (dispatcher.destroyed) return undefined;
  opened.set(dispatcher, poolsOf(dispatcher));
  return dispatcher.close();
}

async function cut(dispatcher: DispatcherLike): Promise<boolean> {
  const inner = opened.get(dispatcher) ?? [];
  await Promise.all([dispatcher, ...inner].map((one) => one.destroy()));
  return true;
}

/** Dispatchers of `undici`: requests under way are answered, then it is closed; destroyed after `drainMs`. Verified by `closed` and `destroyed`. */
export function undiciKind(options: Readonly<DrainOptions> = {}): SyncResourceKind<DispatcherLike> {
  return defineKind<DispatcherLike>({
    type: 'socket',
    ...draining<DispatcherLike>('undiciKind', options, 1, {
      end,
      cut,
    }),
    releaseSync: (dispatcher) => void cut(dispatcher).catch(() => undefined),
    probe: (dispatcher) => (dispatcher.closed || dispatcher.destroyed ? 'gone' : 'still-there'),
  });
}

/** `undiciKind()` with the defaults. */
export const undiciDispatchers: SyncResourceKind<DispatcherLike> = undiciKind();
