import { WatertightError } from '../kernel/errors.ts';
import type { ResourceId } from '../kernel/ids.ts';
import type { MaybePromise } from '../kernel/units.ts';
import type { Kind } from './kind.ts';
import type { Opening, ScopeCore } from './scope-core.ts';

interface Wanted {
  readonly name: string | null;
  readonly kind: Kind;
}

/** Opens something for a scope. `keep` makes it the scope's, or refuses it when the scope was closed meanwhile. */
export async function acquireFor<T, G>(
  core: ScopeCore,
  open: (context: { readonly signal: AbortSignal }) => MaybePromise<T>,
  wanted: Wanted,
  keep: (value: T) => G,
): Promise<G> {
  if (core.phase !== 'open')
    throw new WatertightError('WT_SHUTTING_DOWN', 'scope.acquire: the scope is closing or closed; nothing was opened');
  let settled = (): void => {};
  const opening: Opening = {
    settled: new Promise<void>((resolve) => {
      settled = resolve;
    }),
    waitMs: wanted.kind.releaseTimeoutMs,
    missing: () => ({
      // It has no row yet; 0 is never an id.
      id: 0 as ResourceId,
      name: wanted.name,
      type: wanted.kind.type,
      result: 'timed-out',
      reason: 'scope',
      attempts: 0,
      durationMs: 0,
      error: new WatertightError(
        'WT_RELEASE_TIMEOUT',
        'it was still being opened when the scope was closed; it is released when it arrives',
      ),
    }),
  };
  core.addOpening(opening);
  try {
    const value = await open({
      get signal() {
        return core.signal;
      },
    });
    return keep(value);
  } finally {
    core.openingSettled(opening);
    settled();
  }
}
