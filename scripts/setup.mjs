// Part of `npm test`: installs what some tests look at or talk to, where that is missing: a real Chromium for the HTML report, real
// Redis, PostgreSQL and MariaDB servers for the kinds of database clients, tmux for the live view. On Debian as root it is done here;
// elsewhere the line to run is printed, and the tests that need it say that they could not run.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const postgres = '/usr/lib/postgresql';
const postgresPlaces = existsSync(postgres) ? readdirSync(postgres).map((version) => join(postgres, version, 'bin')) : [];
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', ...postgresPlaces];

function isThere(name) {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const chromium = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const needs = [
  {
    what: 'Chromium',
    why: 'the tests of the HTML report',
    debian: 'chromium',
    found: () => existsSync(process.env.CHROMIUM ?? '') || chromium.some(isThere),
  },
  { what: 'Redis', why: 'the tests of the kinds', debian: 'redis-server', found: () => isThere('redis-server') },
  {
    what: 'PostgreSQL',
    why: 'the tests of the kinds',
    debian: 'postgresql',
    found: () => isThere('postgres') && isThere('initdb'),
  },
  {
    what: 'MariaDB',
    why: 'the tests of the kinds',
    debian: 'mariadb-server',
    found: () => isThere('mariadbd') && isThere('mariadb-install-db'),
  },
  { what: 'tmux', why: 'the tests of the live view', debian: 'tmux', found: () => isThere('tmux') },
];

const missing = needs.filter((need) => !need.found());
const canInstall = process.platform === 'linux' && process.getuid?.() === 0 && isThere('apt-get');
const line = `apt-get install -y --no-install-recommends ${missing.map((need) => need.debian).join(' ')}`;

if (missing.length > 0 && canInstall) {
  console.log(`setup: installing ${missing.map((need) => need.what).join(', ')} for tests: ${line}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const said = { stdio: ['ignore', 'ignore', 'inherit'], env };
  // One after the other: what this system does not offer must not hinder the rest.
  spawnSync('apt-get', ['update'], said);
  for (const { debian } of missing) spawnSync('apt-get', ['install', '-y', '--no-install-recommends', debian], said);
}
for (const { what, why, found, debian } of needs)
  console.log(
    found()
      ? `setup: ${what} is there`
      : `setup: no ${what} found. Install it for ${why}; on Debian: apt-get update && apt-get install -y ${debian}`,
  );
