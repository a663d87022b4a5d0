import { dirname, join } from 'node:path';
import { processOwner } from '../owner.ts';
import type { ReaperMode } from '../types.ts';
import { Reaper } from './reaper.ts';
import { reaperSupport } from './support.ts';

let reaper: Reaper | undefined;

/** The owner's root, the name that it has while it is being removed, and its socket. */
function directories(): readonly string[] {
  const { root, nonce } = processOwner();
  if (root === undefined) return [];
  const outside = root.socketPath === '' || dirname(root.socketPath) === root.path ? [] : [root.socketPath];
  return [root.path, join(dirname(root.path), `dead-${nonce}`), ...outside];
}

/** The reaper of this process, or worker thread; the first call starts it and decides which it is. */
export function theReaper(wanted: ReaperMode | 'auto' = 'auto'): Reaper {
  reaper ??= new Reaper(wanted === 'auto' ? reaperSupport().mode : wanted, directories());
  return reaper;
}

/**
 * Starts the reaper now; otherwise the first owned process does. When it returns, what this process owns (its trees, its temporary
 * directories) goes with it, also by SIGKILL. Answers which reaper watches; `off` when none could be started.
 */
export function startReaper(mode: ReaperMode | 'auto' = 'auto'): ReaperMode {
  const started = theReaper(mode);
  return started.watches ? started.mode : 'off';
}
