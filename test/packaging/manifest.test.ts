import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../support/run-program.ts';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** Chosen in docs/decisions/001-tool-chain.md; another one needs a reason there. */
const runtimePackages = ['@jridgewell/trace-mapping', 'commander', 'croner', 'pprof-format', 'ws'];

describe('package.json', () => {
  const targets = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    (typeof target === 'string' ? [target] : [target.types, target.default]).map((path) => [subpath, path] as const),
  );

  test.each(targets)('%s: %s is built', (_subpath, path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  test('the command is built', () => {
    expect(existsSync(join(root, manifest.bin['watertight'] ?? 'none'))).toBe(true);
  });

  test('depends on the chosen packages only', () => {
    expect(Object.keys(manifest.dependencies).toSorted()).toEqual(runtimePackages);
  });

  test('pins every version', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('has no install script', () => {
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });

  test('the lock file names no registry', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved":\s*"https?:/);
  });
});
