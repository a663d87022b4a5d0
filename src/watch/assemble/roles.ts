import { basename } from 'node:path';
import type { Role, ThreadHeader } from '../../wire/index.ts';

const launchers: ReadonlySet<string> = new Set(['npm', 'npx', 'yarn', 'yarnpkg', 'pnpm', 'pnpx', 'corepack', 'bunx']);
const launcherFiles: ReadonlySet<string> = new Set([
  'npm-cli.js',
  'npx-cli.js',
  'npm-prefix.js',
  'pnpm.cjs',
  'pnpx.cjs',
  'pnpm.mjs',
  'yarn.js',
  'yarn.cjs',
  'corepack.js',
]);
const launcherFolders = /[\\/](?:npm|pnpm|yarn|corepack)[\\/](?:bin|dist|lib)[\\/]|[\\/]\.yarn[\\/]releases[\\/]/;
const toolFolders =
  /[\\/]node_modules[\\/](?:node-gyp|node-gyp-build|prebuild-install|node-pre-gyp|@mapbox[\\/]node-pre-gyp|husky|update-notifier)[\\/]/;

/** What a process is for: known launchers and helpers of theirs by the real path of their script. */
export function roleOf(header: ThreadHeader, isChildOfProgram: boolean, realPath: (path: string) => string): Role {
  const script = header.argv[1];
  if (script !== undefined) {
    const real = realPath(script);
    const name = basename(real);
    if (toolFolders.test(real)) return 'tool';
    if (launcherFiles.has(name) || launcherFolders.test(real)) return 'launcher';
    if (launchers.has(name)) return 'launcher';
  }
  return isChildOfProgram ? 'worker' : 'program';
}
