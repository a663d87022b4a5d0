// npm run bench:pauses [-- --live 20,100,300,1500 --seconds 40]: how long a program with so many megabytes of live objects stands still under the hunt.
// Each size runs alone and watched, parsing JSON and rendering pages on the server. Reported: the longest time between two turns of its event loop, the
// longest poll as the agent measured it, and how many polls there were.
import { fork, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const entry = join(here, '..', 'dist', 'agent', 'entry.cjs');
const packages = join(here, '..', 'test', 'leaks', 'packages');
const { values } = parseArgs({
  options: {
    live: { type: 'string', default: '20,100,300,1500' },
    seconds: { type: 'string', default: '40' },
    node: { type: 'string', default: process.execPath },
  },
});
if (!existsSync(join(packages, 'node_modules/preact')))
  spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: packages, stdio: 'inherit' });

const message = (child) => new Promise((resolve) => child.once('message', resolve));
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls of the main thread out of its data file: how many, and the longest. */
function pollsOf(run) {
  const pauses = readdirSync(run)
    .filter((name) => name.endsWith('.wt'))
    .flatMap((name) => readFileSync(join(run, name), 'utf8').split('\n'))
    .filter((line) => line.startsWith('["p"'))
    .map((line) => JSON.parse(line)[6] / 1e3);
  return { polls: pauses.length, longestPollMs: Math.max(0, ...pauses) };
}

async function measure(live, work, watched) {
  const run = mkdtempSync(join(tmpdir(), 'watertight-bench-'));
  const env = watched ? { NODE_OPTIONS: `--require "${entry}"`, WATERTIGHT_RUN: run, WATERTIGHT_OPTIONS: 'mode=hunt' } : {};
  const render = work === 'render' ? [`--render=${join(packages, 'node_modules')}`] : [];
  const child = fork(join(here, 'pauses-program.mjs'), [`--live=${live}`, ...render], {
    env: { ...process.env, ...env },
    execPath: values.node,
    execArgv: ['--max-old-space-size=6000'],
  });
  await message(child);
  await wait(Number(values.seconds) * 1000);
  const answer = message(child);
  child.send('report');
  const { longestMs, turns, heapBytes } = await answer;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.disconnect();
  await gone;
  const polls = pollsOf(run);
  rmSync(run, { recursive: true });
  return { longestMs, turns, heapMb: heapBytes / 1e6, ...polls };
}

const rows = [];
for (const live of values.live.split(',').map(Number)) {
  for (const work of ['json', 'render']) {
    const alone = await measure(live, work, false);
    const watched = await measure(live, work, true);
    rows.push({ live, work, alone, watched });
    console.log(
      `${live} MB, ${work}: longest turn ${alone.longestMs.toFixed(0)} ms alone, ${watched.longestMs.toFixed(0)} ms watched; ` +
        `${watched.polls} polls, the longest ${watched.longestPollMs.toFixed(0)} ms`,
    );
  }
}
mkdirSync(join(here, 'results'), { recursive: true });
writeFileSync(
  join(here, 'results', `pauses-${process.version}.json`),
  `${JSON.stringify({ node: values.node, rows }, null, 2)}\n`,
);
