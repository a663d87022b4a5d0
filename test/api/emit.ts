import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../support/run-program.ts';
import type { PublicName } from './declarations.ts';
import { publicNames } from './declarations.ts';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

export interface Entry {
  /** `core` is the package itself; else the subpath. */
  readonly name: string;
  /** Its declaration file, relative to the build. */
  readonly file: string;
}

/** The subpaths of package.json that have types and whose source is there. */
export function publicEntries(): readonly Entry[] {
  const { exports: map } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  return Object.entries(map).flatMap(([subpath, target]) => {
    if (typeof target === 'string') return [];
    const file = target.types.replace('./dist/', '');
    const isThere = existsSync(join(root, 'src', file.replace(/\.d\.ts$/, '.ts')));
    return isThere ? [{ name: subpath === '.' ? 'core' : subpath.slice(2), file }] : [];
  });
}

/** Emits the declarations as a build would, reads what each entry exports, and removes them again. */
export function readSurfaces(): ReadonlyMap<string, readonly PublicName[]> {
  const folder = mkdtempSync(join(tmpdir(), 'watertight-api-'));
  try {
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
    const args = [tsc, '-p', 'tsconfig.build.json', '--noCheck', '--emitDeclarationOnly', '--outDir', folder];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`tsc ended with status ${status}: ${stdout}`);
    return new Map(publicEntries().map((entry) => [entry.name, publicNames(join(folder, entry.file))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
