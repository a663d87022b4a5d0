import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/run-program.ts';

/** Third-party programs that the agent is tested beside: pinned, and installed only when these tests run. */
export const packages: string = join(root, 'test/agent/packages');

const stamp = join(packages, 'node_modules/.package-lock.json');

function isInstalled(): boolean {
  if (!existsSync(stamp)) return false;
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

/** Path of a file in one of the packages. */
export function packageFile(path: string): string {
  return join(packages, 'node_modules', path);
}
