// The lock file must name no registry: whoever installs uses their own.
import { readFileSync } from 'node:fs';

const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
const hosts = [...lock.matchAll(/"resolved":\s*"(https?:\/\/[^/"]+)/g)].map((match) => match[1]);
if (hosts.length > 0) {
  console.error(
    `lock: package-lock.json names ${hosts.length} addresses, first ${hosts[0]}; run npm with --omit-lockfile-registry-resolved`,
  );
  process.exitCode = 1;
} else {
  console.log('lock: package-lock.json names no registry');
}
