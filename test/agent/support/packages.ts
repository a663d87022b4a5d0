import { join } from 'node:path';
import { installPackagesOf } from '../../support/install-packages.ts';
import { root } from '../../support/run-program.ts';

/** Third-party programs that the agent is tested beside: pinned, and installed only when these tests run. */
export const packages: string = join(root, 'test/agent/packages');

/** Installs the packages unless they are there. */
export function installPackages(): void {
  installPackagesOf(packages);
}

/** Path of a file in one of the packages. */
export function packageFile(path: string): string {
  return join(packages, 'node_modules', path);
}
