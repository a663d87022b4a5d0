import { systemClock } from '../kernel/clock/index.ts';
import { checkOptions } from '../kernel/options.ts';
import { ShutdownCoordinator } from './shutdown-coordinator.ts';
import type { Coordinator, InstalledShutdown, ShutdownOptions } from './shutdown-options.ts';
import { planOf, shutdownRules } from './shutdown-options.ts';
import { defaultRegistry } from './default-registry.ts';

const key = Symbol.for('watertight.shutdown.v1');

/** Several copies of the package in one process would each end it; the first one does it for all. */
function coordinator(): Coordinator {
  const found: unknown = Reflect.get(globalThis, key);
  // Only copies of this package use the symbol, and version 1 promises these members.
  if (typeof found === 'object' && found !== null && Reflect.get(found, 'version') === 1) return found as Coordinator;
  const made = new ShutdownCoordinator(systemClock);
  Object.defineProperty(globalThis, key, { value: made, configurable: true });
  return made;
}

/**
 * From now on the targets are released on every way out of the process that can be seen from inside: signals, the natural end, and
 * uncaught errors release everything, asynchronously, within the grace time; `process.exit()` runs the synchronous part. The status
 * that the parent sees stays what it was without: after a signal the process dies by that signal, an uncaught error is printed as
 * Node prints it and gives 1, an exit code stays. What hung is named on stderr. A second signal ends the process at once.
 *
 * The program's own listeners run as before: who listens to a signal beside this decides about the end until the grace time is
 * over; who listens to uncaught exceptions keeps them. In a worker thread only the natural end and `process.exit()` are seen.
 * Installed once per process whatever is called how often; dispose the result to take it away. Throws WT_INVALID_OPTION.
 */
export function installShutdown(options: Readonly<ShutdownOptions> = {}): InstalledShutdown {
  checkOptions('installShutdown', options, shutdownRules);
  return coordinator().add(planOf(options, () => [defaultRegistry()]));
}
