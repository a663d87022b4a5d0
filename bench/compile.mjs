import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Compiles sources/using.ts to build/down (as libraries ship it) and build/native (for a Node that has the syntax). */
export function compileUsing(here) {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  for (const [folder, target] of [
    ['down', 'es2022'],
    ['native', 'esnext'],
  ]) {
    const options = [
      '--target',
      target,
      '--module',
      'nodenext',
      '--lib',
      'esnext',
      '--types',
      '',
      '--noCheck',
      '--outDir',
      join(here, 'build', folder),
    ];
    const { status, stdout } = spawnSync(
      process.execPath,
      [tsc, '--ignoreConfig', ...options, join(here, 'sources', 'using.ts')],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the using forms could not be compiled: ${stdout}`);
  }
}
