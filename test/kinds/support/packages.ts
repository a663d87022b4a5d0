import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installPackagesOf } from '../../support/install-packages.ts';
import { root } from '../../support/run-program.ts';

/** Clients of databases that the kinds are tested with: pinned, and installed only when these tests run. */
const packages = join(root, 'test/kinds/packages');

/** Installs the packages unless they are there. */
export function installPackages(): void {
  installPackagesOf(packages);
}

const load = createRequire(join(packages, 'package.json'));

/** One of the packages, as its users require it. Whoever asks says what it is. */
export function packageOf(name: string): unknown {
  return load(name) as unknown;
}
