// Runs a program that holds temporary directories, a child tree (three levels, one forked twice, one with a wiped environment) and two
// servers, kills it with SIGKILL at a random moment, and looks that nothing is left. `npm run soak:kill -- 1000`; every fifth run is
// without a reaper: there the next start must sweep. The seed is printed and can be given: `-- 20 12345`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = join(dirname(fileURLToPath(import.meta.url)), '..', 'test', 'programs', 'process-holder.mjs');
const runs = Number(process.argv[2] ?? 20);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const patienceMs = 15_000;
const longestMs = 1_500;

let state = seed;
const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;

const base = mkdtempSync(join(tmpdir(), 'watertight-soak-'));
const quiet = (read) => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

function isRunning(pid) {
  const line = quiet(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  return line !== undefined && !/^[ZX]/.test(line.slice(line.lastIndexOf(')') + 2));
}

/** Every process that was started in the run's directory: the program is, and what it starts inherits that, whatever it wipes. */
function processesIn(folder) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isRunning(pid) && inFolder(pid, folder));
}

function inFolder(pid, folder) {
  const here = quiet(() => statSync(folder));
  const there = quiet(() => statSync(`/proc/${pid}/cwd`));
  return here !== undefined && there !== undefined && here.ino === there.ino && here.dev === there.dev;
}

function entriesIn(folder) {
  return (quiet(() => readdirSync(folder)) ?? []).flatMap((name) =>
    (quiet(() => readdirSync(join(folder, name))) ?? []).map((entry) => join(name, entry)),
  );
}

function refuses(port) {
  if (port === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}

function start(folder, reaper) {
  const args = [program, 'stay', `directory=${folder}`];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, WATERTIGHT_REAPER: reaper, XDG_RUNTIME_DIR: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const held = {};
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (part) => {
    text += part;
    const lines = text.split('\n');
    text = lines.pop();
    for (const line of lines) Object.assign(held, JSON.parse(line));
  });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  return { child, held, exit };
}

async function leftOf(folder, held) {
  const processes = processesIn(folder).map((pid) => `process ${pid}`);
  const port = (await refuses(held.port)) ? [] : [`port ${held.port}`];
  return [...processes, ...entriesIn(folder), ...port];
}

/** How long until nothing is left, or what is after the patience is over. */
async function untilGone(folder, held) {
  const begun = performance.now();
  for (;;) {
    const left = await leftOf(folder, held);
    const ms = performance.now() - begun;
    if (left.length === 0 || ms > patienceMs) return { ms, left };
    await wait(5);
  }
}

/** The program takes 0.2 s to start, more on a busy machine: some moments are before it is ready. */
async function oneRun(index) {
  const folder = mkdtempSync(join(base, `${index}-`));
  const reaper = index % 5 === 4 ? 'off' : 'sh';
  const run = start(folder, reaper);
  await wait(random() * longestMs);
  run.child.kill('SIGKILL');
  await run.exit;
  const ready = run.held.ready === true;
  if (reaper === 'sh') {
    const result = await untilGone(folder, run.held);
    if (result.left.length === 0) return { reaper, ready, ...result, swept: false };
  }
  // The next start, which ends by itself in an orderly way.
  const begun = performance.now();
  const env = { ...process.env, SOAK_DIRECTORY: folder, XDG_RUNTIME_DIR: '' };
  const sweeper = spawn(process.execPath, ['--input-type=module', '-e', sweepText], { env, stdio: 'inherit' });
  await new Promise((resolve) => sweeper.once('exit', resolve));
  const result = await untilGone(folder, run.held);
  return { reaper, ready, left: result.left, ms: performance.now() - begun, swept: true };
}

const dist = new URL('../dist/', import.meta.url).href;
const sweepText = `
import { reapDeadOwners } from '${dist}process/index.js';
import { sweepTemp } from '${dist}temp/index.js';
reapDeadOwners();
await sweepTemp({ directory: process.env.SOAK_DIRECTORY });
`;

function figures(name, values) {
  if (values.length === 0) return `${name}: none`;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  return `${name}: ${values.length}, median ${at(0.5)} ms, 95 % within ${at(0.95)} ms, longest ${at(1)} ms`;
}

async function main() {
  console.log(`seed ${seed}, ${runs} runs`);
  const results = [];
  let failed = 0;
  for (let index = 0; index < runs; index += 1) {
    const result = await oneRun(index);
    results.push(result);
    if (result.left.length === 0) continue;
    failed += 1;
    console.log(`run ${index} (${result.reaper}): left ${result.left.join(', ')}`);
    for (const found of result.left)
      if (found.startsWith('process ')) quiet(() => process.kill(Number(found.slice(8)), 'SIGKILL'));
  }
  const bySweep = results.filter((result) => result.swept);
  const byReaper = results.filter((result) => !result.swept);
  console.log(`killed before it was ready: ${results.filter((result) => !result.ready).length}`);
  console.log(
    figures(
      'by the reaper, until nothing was left',
      byReaper.map(({ ms }) => ms),
    ),
  );
  console.log(
    figures(
      'by the next start, its own start included',
      bySweep.map(({ ms }) => ms),
    ),
  );
  console.log(`swept although there was a reaper: ${bySweep.filter(({ reaper }) => reaper !== 'off').length}`);
  console.log(failed === 0 ? `nothing was left in ${runs} of ${runs} runs` : `${failed} of ${runs} runs left something`);
  process.exitCode = failed === 0 ? 0 : 1;
}

try {
  await main();
} finally {
  rmSync(base, { recursive: true, force: true });
}
