import { invalid } from '../../kernel/options.ts';
import { ResourceCleanupManager } from './manager.ts';
import type { ResourceCleanupManagerOptions } from './options.ts';

let manager: ResourceCleanupManager | undefined;

/**
 * The manager of the process, made on first use; each copy of the package has its own. Throws WT_INVALID_OPTION when options come after
 * it was made: they could change nothing any more. Shutdown knows it only when told: `installShutdown({ targets: [getCleanupManager()] })`.
 */
export function getCleanupManager(options?: Readonly<ResourceCleanupManagerOptions>): ResourceCleanupManager {
  if (manager !== undefined && options !== undefined)
    throw invalid('getCleanupManager', 'options count only on the first call; the manager has been made');
  manager ??= new ResourceCleanupManager(options);
  return manager;
}
