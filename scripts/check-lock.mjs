// No lock file may name a registry (whoever installs uses their own), and each must have an entry for every optional package,
// also for those of other platforms: `npm ci` refuses it otherwise.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { stdout } = spawnSync('git', ['ls-files', '*package-lock.json'], { cwd: root, encoding: 'utf8' });
const files = (stdout ?? '').split('\n').filter((path) => path !== '');

function problemsOf(path) {
  const text = readFileSync(join(root, path), 'utf8');
  const { packages } = JSON.parse(text);
  const hosts = [...text.matchAll(/"resolved":\s*"(https?:\/\/[^/"]+)/g)].map((match) => match[1]);
  const names = new Set(
    Object.keys(packages).map((place) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)),
  );
  const missing = Object.values(packages)
    .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    .filter((name) => !names.has(name));
  return [
    ...(hosts.length > 0
      ? [`names ${hosts.length} addresses, first ${hosts[0]}; npm install --omit-lockfile-registry-resolved`]
      : []),
    ...(missing.length > 0
      ? [`has no entry for ${missing.length} optional packages, first ${missing[0]}; node scripts/complete-lock.mjs ${path}`]
      : []),
  ];
}

const problems = files.flatMap((path) => problemsOf(path).map((problem) => `${path} ${problem}`));
for (const problem of problems) console.error(`lock: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else console.log(`lock: ${files.join(', ') || 'no file under version control'}: no registry named, nothing missing`);
