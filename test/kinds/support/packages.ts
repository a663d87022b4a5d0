import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../support/run-program.ts';

/** Clients of databases that the kinds are tested with: pinned, and installed only when these tests run. */
const packages = join(root, 'test/kinds/packages');

function isInstalled(): boolean {
  if (!existsSync(join(packages, 'node_modules/.package-lock.json'))) return false;
  const { dependencies } = JSON.parse(readFileSync(join(packages, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.entries(dependencies).every(([name, version]) => {
    const file = join(packages, 'node_modules', name, 'package.json');
    return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version === version;
  });
}

/** Installs the packages unless they are there. */
export function installPackages(): void {
  if (isInstalled()) return;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', args, { cwd: packages, stdio: 'pipe', env: { ...process.env, NODE_OPTIONS: '' } });
}

const load = createRequire(join(packages, 'package.json'));

/** One of the packages, as its users require it. Whoever asks says what it is. */
export function packageOf(name: string): unknown {
  return load(name) as unknown;
}
