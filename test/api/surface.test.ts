import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/run-program.ts';
import type { PublicName } from './declarations.ts';
import { publicNames } from './declarations.ts';

interface Package {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

const { exports: map } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package;

/** Subpaths with types: `core` (the package itself), `memory`… and the source file that each is built from. */
const entries = Object.entries(map).flatMap(([subpath, target]) => {
  if (typeof target === 'string') return [];
  const inDist = target.types.replace('./dist/', '');
  return existsSync(join(root, 'src', inDist.replace(/\.d\.ts$/, '.ts')))
    ? [{ name: subpath === '.' ? 'core' : subpath.slice(2), inDist }]
    : [];
});

const update = process.env['WATERTIGHT_UPDATE_API'] === '1';
const folder = mkdtempSync(join(tmpdir(), 'watertight-api-'));
const surfaces = new Map<string, readonly PublicName[]>();

beforeAll(() => {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const args = [tsc, '-p', 'tsconfig.build.json', '--noCheck', '--emitDeclarationOnly', '--outDir', folder];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`tsc ended with status ${status}: ${stdout}`);
  for (const entry of entries) surfaces.set(entry.name, publicNames(join(folder, entry.inDist)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const surfaceOf = (name: string): readonly PublicName[] => surfaces.get(name) ?? [];
const snapshotOf = (name: string): string => join(root, 'test/api', `${name}.d.ts.txt`);

describe.each(entries.map((entry) => entry.name))('%s', (name) => {
  test('is what was reviewed (npm run api:update writes it anew)', () => {
    const text = `${surfaceOf(name)
      .map((one) => one.text)
      .join('\n\n')}\n`;
    if (update) writeFileSync(snapshotOf(name), text);
    const reviewed = existsSync(snapshotOf(name)) ? readFileSync(snapshotOf(name), 'utf8') : '';
    expect(text).toBe(reviewed);
  });

  test('exports something, and each name has a docstring directly above it', () => {
    expect(surfaceOf(name).length).toBeGreaterThan(0);
    expect(
      surfaceOf(name)
        .filter((one) => !one.documented)
        .map((one) => one.name),
    ).toEqual([]);
  });

  test('refers to no type that users cannot name', () => {
    const nameable = new Set([...surfaceOf('core'), ...surfaceOf(name)].map((one) => one.declaredIn));
    const hidden = surfaceOf(name).flatMap((one) =>
      one.uses
        .filter((use) => !nameable.has(`${use.declaredIn}#${use.name}`))
        .map((use) => `${one.name} refers to ${use.name} (${use.declaredIn.split(sep).slice(-2).join('/')})`),
    );
    expect(hidden).toEqual([]);
  });
});

test('no snapshot is left of an entry that has gone', () => {
  const kept = readdirSync(join(root, 'test/api')).filter((file) => file.endsWith('.d.ts.txt'));
  expect(kept.filter((file) => !entries.some((entry) => `${entry.name}.d.ts.txt` === file))).toEqual([]);
});
