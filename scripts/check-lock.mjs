// The lock file must name no registry (whoever installs uses their own) and must have an entry for each optional package,
// also for those of other platforms: `npm ci` refuses it otherwise.
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
const { packages } = JSON.parse(text);

const hosts = [...text.matchAll(/"resolved":\s*"(https?:\/\/[^/"]+)/g)].map((match) => match[1]);
const names = new Set(
  Object.keys(packages).map((place) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)),
);
const missing = Object.values(packages)
  .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
  .filter((name) => !names.has(name));

if (hosts.length > 0)
  console.error(
    `lock: package-lock.json names ${hosts.length} addresses, first ${hosts[0]}; npm install --omit-lockfile-registry-resolved`,
  );
if (missing.length > 0)
  console.error(`lock: no entry for ${missing.length} optional packages, first ${missing[0]}; node scripts/complete-lock.mjs`);
if (hosts.length > 0 || missing.length > 0) process.exitCode = 1;
else console.log('lock: package-lock.json names no registry and is complete');
