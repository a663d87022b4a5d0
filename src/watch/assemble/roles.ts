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

/** What package managers do themselves, starting nothing of the user's but install scripts. */
const ownCommands: ReadonlySet<string> = new Set(
  (
    'add audit cache ci config dedupe explain fund i info install link list ls outdated ' +
    'pack prune publish query rebuild remove search uninstall unlink update view why'
  ).split(' '),
);

/** Whether a package manager was asked for work of its own: then it is the program. */
function worksItself(name: string, argv: readonly string[]): boolean {
  const command = argv.slice(2).find((argument) => !argument.startsWith('-'));
  return command !== undefined && ownCommands.has(command) && !/^(?:npx|pnpx|bunx)/.test(name);
}

/** What a process is for: known launchers and helpers of theirs by the real path of their script. */
export function roleOf(header: ThreadHeader, isChildOfProgram: boolean, realPath: (path: string) => string): Role {
  const script = header.argv[1];
  if (script !== undefined) {
    const real = realPath(script);
    const name = basename(real);
    if (toolFolders.test(real)) return 'tool';
    const launches = launcherFiles.has(name) || launcherFolders.test(real) || launchers.has(name);
    if (launches && !worksItself(name, header.argv)) return 'launcher';
  }
  return isChildOfProgram ? 'worker' : 'program';
}
